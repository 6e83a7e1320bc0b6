// The islands by themselves, against a stub of the server.
import { expect, noSeriousFault, noSidewaysScroll, PHONE, shoot, test } from "./kit.js";
import { startStub, type Stub } from "./stub.js";

let stub: Stub;
test.beforeEach(async () => {
  stub = await startStub();
});
test.afterEach(async () => {
  await stub.close();
});

const USCC = "统一社会信用代码";

test("the message stands beside the wrong cell, and a suggestion is accepted by key", async ({ page }) => {
  await page.goto(`${stub.url}/zh`);
  const grid = page.getByRole("grid");
  await expect(grid.getByRole("row")).toHaveCount(5);
  const cell = grid.getByRole("row", { name: /^3 / }).getByRole("gridcell").nth(1);
  await expect(cell).toHaveAttribute("aria-invalid", "true");
  await cell.click();
  const panel = page.getByRole("complementary", { name: "说明" });
  await expect(panel).toContainText(`第 3 行 · ${USCC}`);
  await expect(panel).toContainText("代码中有全角字符。");
  await page.keyboard.press("Alt+Enter");
  await expect(cell).toHaveText("91350100M000100Y43");
  await expect(panel, "the next wrong cell has the focus").toContainText("第 8 行");
  await page.keyboard.press("Control+s");
  await expect(page.getByText("改好 1 行，还剩 3 行")).toBeVisible();
  const mend = stub.desk.asked.find((a) => a.url.endsWith("/mend"));
  expect(mend?.token).toBe("the-token");
  expect(mend?.body).toEqual({ rows: [{ row: 3, version: 1, values: { XK_XDR_SHXYM: "91350100M000100Y43" } }] });
});

test("typing, undo, redo, and a block pasted from a spreadsheet", async ({ page }) => {
  await page.goto(`${stub.url}/zh`);
  const grid = page.getByRole("grid");
  const at = (row: string, c: number) => grid.getByRole("row", { name: new RegExp(`^${row} `) }).getByRole("gridcell").nth(c);
  await at("22", 1).click();
  await page.keyboard.type("abc");
  await page.keyboard.press("Enter");
  await expect(at("22", 1)).toHaveText("abc");
  await page.keyboard.press("Control+z");
  await expect(at("22", 1)).toHaveText("9135");
  await page.keyboard.press("Control+y");
  await expect(at("22", 1)).toHaveText("abc");
  await at("21", 0).click();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", '新名甲\t91350100M000100Y44\r\n"新名\n乙"\t91350100M000100Y45\r\n');
    document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect(at("21", 0)).toHaveText("新名甲");
  await expect(at("22", 1)).toHaveText("91350100M000100Y45");
  await page.keyboard.press("Control+z");
  await expect(at("21", 0), "a paste is one step").toHaveText("示例丙公司");
  await expect(at("22", 1)).toHaveText("abc");
});

test("a group is accepted as a whole and taken back", async ({ page }) => {
  await page.goto(`${stub.url}/zh`);
  const grid = page.getByRole("grid");
  await page.getByLabel("按原因筛选").selectOption("full-width");
  await expect(grid.getByRole("row")).toHaveCount(3);
  await page.locator(".grid-bar").getByRole("button", { name: "采用这一类的全部建议（2 处错误）" }).click();
  await expect(page.getByText("已采用 2 处建议")).toBeVisible();
  await expect(grid.getByRole("row"), "two rows were mended by it").toHaveCount(3);
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(grid.getByRole("row")).toHaveCount(5);
});

test("F8 leads through the wrong cells and the whole of it can be done by keyboard", async ({ page }) => {
  await page.goto(`${stub.url}/zh`);
  const panel = page.getByRole("complementary", { name: "说明" });
  await expect(panel, "the first wrong cell is explained from the beginning").toContainText(`第 3 行 · ${USCC}`);
  await page.getByRole("grid").locator("[tabindex='0']").focus();
  await page.keyboard.press("F8");
  await expect(panel).toContainText("第 8 行 · 行政相对人名称");
  await expect(panel).toContainText("示例乙公司·");
  await page.keyboard.press("F8");
  await expect(panel).toContainText("第 8 行 · 许可决定日期");
  await page.keyboard.press("F2");
  await page.keyboard.type("2024/01/02");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+F8");
  await expect(panel).toContainText("第 8 行 · 行政相对人名称");
});

test("a chart has its figures as a table with the same links", async ({ page }) => {
  await page.goto(`${stub.url}/zh`);
  const chart = page.locator("figure.chart");
  await expect(chart.locator("canvas")).toBeVisible();
  await chart.getByText("以表格显示").click();
  await expect(chart.getByRole("link", { name: "12", exact: true })).toHaveAttribute("href", "/rows?org=2&state=rejected");
});

for (const lang of ["zh", "en"]) {
  test(`no serious fault, desk and phone, ${lang}`, async ({ page }) => {
    await page.goto(`${stub.url}/${lang}`);
    await page.getByRole("grid").getByRole("gridcell").nth(1).click();
    await expect(page.locator("figure.chart canvas")).toBeVisible();
    await noSeriousFault(page);
    await shoot(page, `islands-${lang}`);
    await page.setViewportSize(PHONE);
    await noSidewaysScroll(page);
    await page.getByRole("button", { name: "menu" }).click();
    await expect(page.getByRole("navigation", { name: "main" })).toBeVisible();
    await noSeriousFault(page);
    await shoot(page, `islands-${lang}-phone`);
  });
}

test("dark", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(`${stub.url}/zh`);
  await page.getByRole("grid").getByRole("gridcell").nth(1).click();
  await noSeriousFault(page);
  await shoot(page, "islands-dark");
});
