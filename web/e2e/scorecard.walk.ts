// A steward's circular from draft to issued document: a department looks at its draft score and objects, the steward answers,
// publishes, writes, issues; the department reads it and signs. Then the board, from a number to its rows and its rule.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { as, handedIn, test } from "./city.js";
import { expect, lookAt, noSeriousFault, shoot } from "./kit.js";
import { say, saying, type Lang } from "./messages.js";
import { signOut } from "./pages.js";

/** Where documents are put for people to look at, beside the pictures. */
const OUT = path.join(process.env["CARGO_TARGET_DIR"] ?? path.resolve(import.meta.dirname, "../../target"), "screenshots");

/** A day in Beijing so many days before today. */
const ago = (days: number) => new Date(Date.now() + 8 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10);

/** Saves what a link leads to, and tells how it begins. */
async function begins(page: Page, link: string, name: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: link, exact: true }).click()]);
  mkdirSync(OUT, { recursive: true });
  copyFileSync(await download.path(), path.join(OUT, name));
  return readFileSync(await download.path()).subarray(0, 4).toString("latin1");
}

/** A day in the middle of the month before today's, in Beijing: it lies in a period that was counted. */
const midLastMonth = (day: number) => {
  const today = new Date(Date.now() + 8 * 3_600_000);
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 1, day)).toISOString().slice(0, 10);
};

/** Python with the packages of scripts/witnesses.txt. */
const PYTHON = process.env["YISHU_TEST_PYTHON"];

test("every figure is what an outside script computes from the city's ledger", ({ filled }) => {
  test.skip(!PYTHON && process.env["CI"] !== "true", "YISHU_TEST_PYTHON is not set (scripts/witnesses.sh)");
  const script = path.resolve(import.meta.dirname, "../../crates/scorecard/tests/witness/figures.py");
  const done = spawnSync(PYTHON ?? "python3", [script, path.join(filled.folder, "demo", "files")], { encoding: "utf8", timeout: 120_000 });
  expect(done.status, `${done.stdout}\n${done.stderr}`).toBe(0);
  console.log(done.stdout.trim());
});

const press = (page: Page, lang: Lang, key: string) => page.getByRole("button", { name: say(lang, key), exact: true }).click();

for (const lang of ["zh", "en"] as Lang[]) {
  test(`a department objects to its draft score and is answered (${lang})`, async ({ page, filled }) => {
    test.setTimeout(120_000);
    const officer = handedIn(filled)[lang === "zh" ? 0 : 1]?.login ?? "";
    // Each language has days of its own: a stretch of days is counted once.
    const name = `walk ${lang}`;
    await as(page, filled, "steward", lang);
    await page.goto(`${filled.url}/periods`);
    await page.getByLabel(say(lang, "period-name"), { exact: true }).fill(name);
    await page.getByLabel(say(lang, "board-from"), { exact: true }).fill(midLastMonth(lang === "zh" ? 15 : 16));
    await page.getByLabel(say(lang, "board-to"), { exact: true }).fill(ago(1));
    await press(page, lang, "period-count");
    // Some of these days are judged by other periods: told before it is opened, and meant.
    await expect(page.getByRole("alert")).toBeVisible();
    await lookAt(page, `period-overlaps-${lang}`);
    await page.getByLabel(say(lang, "period-anyway"), { exact: true }).check();
    await press(page, lang, "period-count");
    await expect(page.getByText(say(lang, "period-opened"))).toBeVisible();
    const address = page.url();
    await expect(page.getByRole("button", { name: say(lang, "period-publish"), exact: true })).toHaveCount(0);
    await signOut(page, lang);

    // The department sees itself alone.
    await as(page, filled, officer, lang);
    await page.goto(address);
    await expect(page.locator("table tbody tr")).toHaveCount(1);
    // The score leads down to its points.
    await page.locator("table tbody tr td.num a").first().click();
    await expect(page.getByRole("heading", { name: say(lang, "composed"), exact: true })).toBeVisible();
    await lookAt(page, `period-score-${lang}`);
    await page.goto(address);
    await page.getByLabel(say(lang, "indicator"), { exact: true }).selectOption("timeliness-a");
    await page.getByLabel(say(lang, "objection-reason"), { exact: true }).fill(lang === "zh" ? "有两项决定是节假日后送达的。" : "Two decisions arrived after the holidays.");
    await press(page, lang, "objection-make");
    await expect(page.getByText(say(lang, "objection-made"))).toBeVisible();
    await lookAt(page, `period-objection-${lang}`);
    await signOut(page, lang);

    await as(page, filled, "steward", lang);
    await page.goto(address);
    await page.getByLabel(say(lang, "objection-answer"), { exact: true }).fill(lang === "zh" ? "已核实，按最新数据重算。" : "Checked; counted anew.");
    await press(page, lang, "objection-recount");
    await expect(page.getByText(say(lang, "objection-recomputed"), { exact: true })).toBeVisible();
    await lookAt(page, `period-draft-${lang}`);
    await signOut(page, lang);
  });
}

test("a circular goes from draft to issued document", async ({ page, filled }) => {
  test.setTimeout(180_000);
  page.on("dialog", (dialog) => void dialog.accept());
  const officer = handedIn(filled)[0]?.login ?? "";
  await as(page, filled, "steward", "zh");
  await page.goto(`${filled.url}/periods`);
  await lookAt(page, "periods");
  // The newest month was counted; its days to object are over.
  const drafts = page.locator("tbody tr", { hasText: say("zh", "period-state-draft") });
  await drafts.filter({ hasNotText: "walk" }).getByRole("link").first().click();
  await press(page, "zh", "period-publish");
  await expect(page.getByText(say("zh", "period-published"))).toBeVisible();
  await press(page, "zh", "period-recompute");
  await expect(page.getByText(saying("zh", "period-same"))).toBeVisible();
  await lookAt(page, "period-published");

  await press(page, "zh", "circular-draft");
  await expect(page.getByText(say("zh", "circular-drafted"))).toBeVisible();
  await expect(page.getByLabel(say("zh", "circular-problems"))).not.toBeEmpty();
  await page.getByLabel(say("zh", "circular-contact")).fill("示例甲，电话 0000-0000");
  await press(page, "zh", "circular-save");
  await expect(page.getByText(say("zh", "circular-saved"))).toBeVisible();
  await lookAt(page, "circular-draft");
  const circular = page.url();
  await press(page, "zh", "circular-issue");
  await expect(page.getByText(/〔\d{4}〕\d+号/).first()).toBeVisible();
  await lookAt(page, "circular-issued");
  expect(await begins(page, say("zh", "circular-docx"), "circular.docx")).toMatch(/^PK/);
  expect(await begins(page, say("zh", "circular-xlsx"), "circular.xlsx")).toMatch(/^PK/);
  // PDF is made by LibreOffice, where it is installed; where it is not, the page says so.
  const pdf = await page.request.get(`${circular}/circular.pdf`);
  if (pdf.status() === 503) expect(await pdf.text()).toContain("LibreOffice");
  else expect((await pdf.body()).subarray(0, 5).toString()).toBe("%PDF-");
  await signOut(page, "zh");

  // The department finds it in its inbox, in English, and signs for it.
  await as(page, filled, officer, "en");
  await page.goto(`${filled.url}/notices?kind=circular`);
  const told = page.locator("#notices tbody tr").first();
  await told.getByRole("button", { name: saying("en", "notice-open") }).click();
  await expect(page).toHaveURL(circular);
  await press(page, "en", "circular-sign");
  await expect(page.getByText(say("en", "circular-receipt"))).toBeVisible();
  await lookAt(page, "circular-signed-en");
  await signOut(page, "en");
});

for (const lang of ["zh", "en"] as Lang[]) {
  test(`the board leads from a number to its rows and its rule (${lang})`, async ({ page, filled }) => {
    test.setTimeout(120_000);
    await as(page, filled, "steward", lang);
    await page.goto(`${filled.url}/board`);
    await page.locator(".tabs a").nth(1).click();
    await expect(page.locator("table.wide tbody tr").first()).toBeVisible();
    await lookAt(page, `board-${lang}`);
    await page.locator("table.wide td.lead a").first().click();
    await lookAt(page, `board-member-${lang}`);
    await page.locator("main table td.num a").first().click();
    await expect(page.getByText(saying(lang, "figure-facts-n")).first()).toBeVisible();
    await lookAt(page, `board-figure-${lang}`);
    // The whole city's figures lead to their rows as well.
    await page.goto(`${filled.url}/board`);
    await page.locator("table.wide tr", { hasText: say(lang, "board-city") }).locator("td.num a").last().click();
    await expect(page.getByText(saying(lang, "figure-facts-n")).first()).toBeVisible();
    await lookAt(page, `board-city-${lang}`);
    for (const place of ["indicators", "regulation", "points", "exemptions", "circulars", "registered"]) {
      await page.goto(`${filled.url}/${place}`);
      await noSeriousFault(page);
      await shoot(page, `${place}-${lang}`);
    }
    // A change of the rule is tried on the month before, and nothing is kept.
    await page.goto(`${filled.url}/indicators/timeliness-a`);
    await page.getByLabel(say(lang, "indicator-field-weight"), { exact: true }).fill("30");
    await page.locator("#numerator").fill("VALID_ON < DEADLINE");
    await press(page, lang, "indicator-try");
    await expect(page.getByRole("heading", { name: say(lang, "indicator-trial"), exact: true })).toBeVisible();
    await lookAt(page, `indicator-trial-${lang}`);
    await signOut(page, lang);
  });
}
