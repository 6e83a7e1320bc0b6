// The catalogue: found and read by anyone, changed by the department, reviewed by the bureau, taken out and in as a workbook.
import { readFileSync } from "node:fs";
import path from "node:path";
import { as, handedIn, test } from "./city.js";
import { expect, lookAt } from "./kit.js";
import { say, saying, type Lang } from "./messages.js";
import { signOut } from "./pages.js";

for (const lang of ["zh", "en"] as Lang[]) {
  test(`browse the tree, search, open an entry, ${lang}`, async ({ page, city }) => {
    await as(page, city, "consumer", lang);
    await page.getByRole("link", { name: say(lang, "catalogue"), exact: true }).first().click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(say(lang, "catalogue"));
    const rows = page.locator("table tbody tr");
    const all = await rows.count();
    expect(all).toBeGreaterThan(0);
    await lookAt(page, `catalogue-${lang}`);

    // By department: the tree stands among the filters.
    await page.locator(".facets .tree a").last().click();
    await expect(page).toHaveURL(/org=/);
    expect(await rows.count()).toBeLessThanOrEqual(all);
    await page.getByRole("link", { name: say(lang, "filters-clear") }).click();
    await page.getByRole("searchbox").fill("许可");
    await page.getByRole("button", { name: say(lang, "search"), exact: true }).click();
    await expect(page).toHaveURL(/q=/);
    await rows.filter({ hasText: "行政许可" }).first().getByRole("link").first().click();
    await expect(page.getByRole("heading", { name: say(lang, "entry-items") })).toBeVisible();
    await lookAt(page, `entry-${lang}`);

    await page.goto(`${city.url}/orgs`);
    await lookAt(page, `orgs-${lang}`);
    await page.locator(".tree a").nth(1).click();
    await expect(page.getByRole("heading", { name: say(lang, "org-facts") })).toBeVisible();
    await lookAt(page, `org-${lang}`);
  });
}

test("an entry is changed, reviewed, compared, and travels as a workbook", async ({ page, city }) => {
  test.setTimeout(120_000);
  const lang = "zh";
  const officer = handedIn(city)[0]?.login ?? "";
  await as(page, city, officer, lang);
  await page.goto(`${city.url}/catalogue`);
  await page.locator("table tbody tr a").first().click();
  const entry = page.url();
  await page.getByRole("link", { name: say(lang, "edit"), exact: true }).click();
  await lookAt(page, "entry-edit");
  await page.getByLabel(say(lang, "entry-cycle")).selectOption("weekly");
  await page.getByRole("button", { name: say(lang, "save"), exact: true }).click();
  await expect(page).toHaveURL(/version=2/);
  await page.getByRole("button", { name: say(lang, "entry-submit") }).click();
  await expect(page.getByText(say(lang, "entry-submitted"))).toBeVisible();
  await signOut(page, lang);

  await as(page, city, "steward", lang);
  await page.goto(`${city.url}/catalogue?state=waiting`);
  await page.locator("table tbody tr a").first().click();
  await lookAt(page, "entry-review");
  await page.getByRole("button", { name: say(lang, "entry-verdict-approve"), exact: true }).click();
  await expect(page.locator("h1 .badge")).toHaveText(say(lang, "entry-state-published"));
  await page.locator("form[action$='/compare'] button").click();
  await expect(page.locator("del")).toHaveText(/^每/);
  await expect(page.locator("ins")).toHaveText(say(lang, "entry-cycle-weekly"));
  await lookAt(page, "entry-compare");

  // Out and in again: nothing has changed, so nothing is changed.
  await page.goto(`${city.url}/catalogue`);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: say(lang, "export-xlsx") }).click();
  const file = path.join(city.folder, "catalogue.xlsx");
  await (await download).saveAs(file);
  expect(readFileSync(file).subarray(0, 2).toString(), "a workbook").toBe("PK");
  await page.getByRole("link", { name: say(lang, "import-title") }).click();
  await page.locator('input[type="file"]').setInputFiles(file);
  await lookAt(page, "catalogue-import");
  await page.getByRole("button", { name: say(lang, "import-submit") }).click();
  await expect(page.getByText(saying(lang, "import-done"))).toContainText(/修改 0 条/);
  await page.goto(entry);
  await expect(page.locator("h1 .badge")).toHaveText(say(lang, "entry-state-published"));
});
