// What goes wrong on a working day: files are dropped in and beside their place, the connection breaks half-way, names and
// cells are written to do harm, and there is no mouse.
import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { as, handedIn, test } from "./city.js";
import { expect, lookAt } from "./kit.js";
import { say, saying, type Lang } from "./messages.js";
import { signOut } from "./pages.js";
import type { Page } from "@playwright/test";

const HEAD = "企业名称,统一社会信用代码,法定代表人,成立日期\r\n";

/** A register of legal entities of so many rows. */
function register(rows: number, mark: string): string {
  return HEAD + Array.from({ length: rows }, (_, i) => `示例${mark}${i}有限公司,91441900MA0DEM013W,张三,2016-03-18\r\n`).join("");
}

/** Lets files go over an element as a person does with the mouse; whether the page took care of them. */
async function letGo(page: Page, over: string, files: [string, string][]): Promise<boolean> {
  return page.evaluate(
    ([selector, given]) => {
      const data = new DataTransfer();
      for (const [name, text] of given) data.items.add(new File([text], name, { type: "text/csv" }));
      const place = document.querySelector(selector);
      const send = (kind: string) => {
        const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
        place?.dispatchEvent(event);
        return event.defaultPrevented;
      };
      return send("dragover") && send("drop");
    },
    [over, files] as [string, [string, string][]],
  );
}

/** A slow line to the platform that can be cut. */
class Line {
  private readonly ends = new Set<Socket>();
  private cut = false;
  private slow = true;
  private constructor(private readonly server: Server) {}

  static async to(url: string): Promise<Line> {
    const port = Number(new URL(url).port);
    const server = createServer();
    const line = new Line(server);
    server.on("connection", (near) => {
      if (line.cut) {
        near.destroy();
        return;
      }
      const far = connect(port, "127.0.0.1");
      near.on("data", (bytes) => {
        near.pause();
        setTimeout(
          () => {
            far.write(bytes);
            near.resume();
          },
          line.slow ? bytes.length / 500 : 0,
        );
      });
      far.pipe(near);
      for (const end of [near, far]) {
        line.ends.add(end);
        end.on("error", () => undefined);
        end.on("close", () => {
          near.destroy();
          far.destroy();
        });
      }
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  break(): void {
    this.cut = true;
    for (const end of this.ends) end.destroy();
  }

  /** It is there again, and quick. */
  mend(): void {
    this.cut = false;
    this.slow = false;
  }

  close(): void {
    this.break();
    this.server.close();
  }
}

test("files are dropped, several at once, and one let go beside its place does no harm", async ({ page, city }) => {
  await as(page, city, "scjg", "zh");
  await page.goto(`${city.url}/submissions/new`);
  expect(await letGo(page, "h1", [["一.csv", register(3, "旁")]]), "the page is not left").toBe(true);
  await expect(page.locator(".chosen")).toBeEmpty();
  expect(await letGo(page, ".dropzone", [["拖一.csv", register(3, "甲")], ["拖二.csv", register(4, "乙")]])).toBe(true);
  await expect(page.locator(".chosen")).toContainText("拖二.csv");
  await page.getByRole("button", { name: say("zh", "upload-now"), exact: true }).click();
  await expect(page).toHaveURL(/\/submissions$/);
  await expect(page.locator("#submissions")).toContainText("拖一.csv");
  await expect(page.locator("#submissions")).toContainText("拖二.csv");
});

for (const lang of ["zh", "en"] as Lang[]) {
  test(`a connection breaks half-way, is told, and the file is sent again (${lang})`, async ({ page, city }) => {
    const line = await Line.to(city.url);
    try {
      await as(page, { ...city, url: line.url }, "scjg", lang);
      await page.goto(`${line.url}/submissions/new`);
      // Longer than what the machine keeps for a connection, so that it is on its way for a while; few rows, soon checked.
      const file = { name: `断线-${lang}.csv`, mimeType: "text/csv", buffer: Buffer.from(register(400, `${"长".repeat(10_000)}${lang}`)) };
      await page.locator('input[type="file"]').setInputFiles(file);
      const send = page.getByRole("button", { name: say(lang, "upload-now"), exact: true });
      await send.click();
      await expect(page.locator(".upload-state")).toContainText(/[1-9]\d?%/);
      line.break();
      await expect(page.getByRole("alert")).toHaveText(say(lang, "upload-broken"));
      await expect(page.locator(".chosen"), "the file is still chosen").toContainText(file.name);
      line.mend();
      await send.click();
      await expect(page).toHaveURL(/\/submissions\/[0-9a-f-]{36}$/, { timeout: 20_000 });
      await expect(page.locator("h1")).toContainText(file.name);
    } finally {
      line.close();
    }
  });
}

/** Text that would run as a script wherever it is not taken as text. */
const harm = (mark: string) => `<img src=x onerror="alert('${mark}')"><script>alert("${mark}")</script>`;

test("names, headers, cells and reasons that look like scripts are only text", async ({ page, city }) => {
  test.setTimeout(120_000);
  const ran: string[] = [];
  page.on("dialog", (dialog) => {
    if (dialog.type() === "alert") ran.push(dialog.message());
    void dialog.accept();
  });
  const harmless = async (address: string) => {
    if (address !== "") await page.goto(address);
    await expect(page.locator("h1").first()).toBeVisible();
    expect(await page.locator("img[src='x'], [onerror], main script:not([src]):not([type])").count(), address).toBe(0);
  };
  await as(page, city, "steward", "zh");
  await page.goto(`${city.url}/orgs`);
  await page.locator(".tree a", { hasText: "生态环境局" }).first().click();
  const org = page.url();
  await page.locator("details", { has: page.locator("[name=name_zh]") }).first().evaluate((d) => d.setAttribute("open", ""));
  const rename = page.locator("form", { has: page.locator("[name=name_zh]") }).first();
  await rename.locator("[name=name_zh]").fill(`环境${harm("org")}`);
  await rename.locator("[name=name_en]").fill(`Environment${harm("org")}`);
  await rename.locator("[name=on]").fill(new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10));
  await rename.locator("button[type=submit]").click();
  await expect(page.locator("h1")).toContainText("<img");
  await signOut(page, "zh");

  await as(page, city, "scjg", "zh");
  const file = path.join(city.folder, "坏<img src=x onerror=alert(1)>.csv");
  const cells = [1, 2].map((i) => `"${harm("name").replaceAll('"', '""')}${i}",9144190OMA0DEM013W<b>,x,2016-13-${i}\r\n`);
  writeFileSync(file, `企业名称,统一社会信用代码,法定代表人,成立日期,"${harm("head").replaceAll('"', '""')}"\r\n${cells.join("")}${register(6, "好").slice(HEAD.length)}`);
  await page.goto(`${city.url}/submissions/new`);
  await page.locator("select[name=resource]").selectOption("legal-entity");
  await page.locator('input[type="file"]').setInputFiles(file);
  await page.getByRole("button", { name: say("zh", "upload-now"), exact: true }).click();
  // Half of its rows are wrong, so a person decides.
  await page.locator("form[action$='/decide'] button").first().click({ timeout: 30_000 });
  await expect(page.locator(".stepper li").last()).toHaveAttribute("data-state", "done", { timeout: 60_000 });
  await page.reload();
  const submission = page.url();
  await expect(page.getByRole("grid")).toContainText("<script>");
  await page.getByRole("grid").getByRole("gridcell").first().click();
  await page.keyboard.press("F8");
  await expect(page.locator(".grid-finding").first()).toBeVisible();
  await harmless("");
  await page.locator("summary", { hasText: say("zh", "withdraw") }).click();
  await page.locator("#reason").fill(harm("reason"));
  await page.locator("form[action$='/withdraw'] button").click();
  await expect(page.locator("h1 .badge")).toHaveText(say("zh", "submission-state-withdrawn"));
  await signOut(page, "zh");

  for (const lang of ["zh", "en"] as Lang[]) {
    await as(page, city, "steward", lang);
    for (const address of [org, submission, ...["/", "/submissions", "/dashboard", "/orgs", "/catalogue", "/audit"].map((p) => city.url + p)]) {
      await harmless(address);
    }
    await page.goto(`${city.url}/dashboard`);
    const chart = page.locator(".chart-canvas canvas").nth(1);
    if (await chart.count()) await chart.hover();
    await harmless("");
    await signOut(page, lang);
  }
  expect(ran, "scripts that ran").toEqual([]);
});

test("the main job with the keyboard alone, on a screen enlarged to 200 %", async ({ browser, city }) => {
  test.setTimeout(120_000);
  // Enlarged to 200 %, a window of 1280 × 800 has half of each.
  const context = await browser.newContext({ viewport: { width: 640, height: 400 }, deviceScaleFactor: 2, locale: "zh-CN" });
  const page = await context.newPage();
  const tabTo = async (wanted: string) => {
    for (let i = 0; i < 80; i += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((s) => document.activeElement?.matches(s), wanted)) return;
    }
    throw new Error(`${wanted} is not reached with the Tab key`);
  };
  const found = handedIn(city).find((f) => f.resource === "licence-2018" && f.rejected >= 2);
  if (!found) throw new Error("the simulated city has no licences with wrong rows");
  await page.goto(`${city.url}/sign-in`);
  await page.keyboard.type(found.login);
  await page.keyboard.press("Tab");
  await page.keyboard.type("Yishu#2026");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${city.url}/`);
  await page.goto(`${city.url}/submissions/new`);
  await tabTo("input[type=file]");
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(found.path);
  await tabTo("main button[type=submit]");
  await page.keyboard.press("Enter");
  await expect(page.locator(".stepper li").last()).toHaveAttribute("data-state", "done", { timeout: 60_000 });
  await page.reload();
  const counts = page.locator("#mend-counts .count");
  const before = await counts.first().textContent();
  await tabTo("form[action$='/accept-group'] button");
  await page.keyboard.press("Enter");
  await expect(counts.first()).not.toHaveText(before ?? "");
  await tabTo("[role=gridcell]");
  await page.keyboard.press("F8");
  await page.keyboard.type("x");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("grid").locator(".edited")).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await lookAt(page, "keyboard-at-200");
  await tabTo("form[action$='/land-mended'] button");
  await page.keyboard.press("Enter");
  await expect(page.locator(".stepper li").last()).toHaveAttribute("data-state", "done", { timeout: 60_000 });
  expect(await page.locator("h1").first().textContent()).toMatch(saying("zh", "submission-state-landed"));
  await context.close();
});
