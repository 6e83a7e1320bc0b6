// A late department's day: from the reminder over the wrong cell to the issue that closes by itself, and off the support's list.
import type { Browser, Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "./city.js";
import { expect, lookAt } from "./kit.js";
import { say, saying } from "./messages.js";
import { open, signIn, signOut, type Lang } from "./pages.js";
import { DEMO_PASSWORD, type Platform } from "./platform.js";

/** A decision of the ledger that was rejected and never put right. */
interface Wrong {
  file: string;
  row: number;
  org: string;
  document: string;
  truth: Record<string, string>;
}

/** A department that is late with one file and nothing else: its sign-in name, its name, and what is wrong. */
interface Late {
  login: string;
  name: string;
  wrong: Wrong[];
}

/** The departments that the support's list holds for one file alone, those with the fewest wrong rows first. */
async function lateDepartments(browser: Browser, city: Platform): Promise<Late[]> {
  const files = path.join(city.folder, "demo", "files");
  const lines = <T>(name: string) => readFileSync(path.join(files, name), "utf8").trim().split("\n").map((line) => JSON.parse(line) as T);
  const manifest = JSON.parse(readFileSync(path.join(files, "manifest.json"), "utf8")) as { files: { org: string; org_name: string }[] };
  const names = new Map(manifest.files.map((f) => [f.org, f.org_name]));
  const byOrg = new Map<string, Wrong[]>();
  for (const d of lines<Wrong & { rejected: boolean; mended_on?: string }>("decisions.ndjson")) {
    if (d.rejected && !d.mended_on) byOrg.set(d.org, [...(byOrg.get(d.org) ?? []), d]);
  }
  const page = await browser.newPage();
  await open(page, city.url, "zh");
  await signIn(page, { name: "steward", password: DEMO_PASSWORD }, "zh");
  await page.goto(`${city.url}/chase`);
  const chased = new Map<string, { rows: number; overdue: number }>();
  for (const row of await page.locator("tbody tr").all()) {
    const cells = (await row.locator("td").allTextContents()).map((c) => c.trim());
    chased.set(cells[1] ?? "", { rows: Number(cells[6]), overdue: Number(cells[7]) });
  }
  await page.close();
  const found: Late[] = [];
  for (const [org, wrong] of byOrg) {
    const name = names.get(org) ?? "";
    const line = chased.get(name);
    const alone = new Set(wrong.map((w) => w.file)).size === 1 && line?.rows === wrong.length && line.overdue > 0;
    if (alone) found.push({ login: org.replace(/^dept-/, ""), name, wrong });
  }
  return found.sort((a, b) => a.wrong.length - b.wrong.length);
}

/** What the reminder of an issue calls it; one of a decision that was not handed in says otherwise. */
const ISSUES: Record<Lang, string> = { zh: "待整改的整改单", en: "issues to be put right" };

/** Types what the papers say into the cells of the grid that say otherwise. */
async function mend(page: Page, city: Platform, wrong: Wrong[]): Promise<void> {
  const id = page.url().split("/submissions/")[1]?.split(/[#?]/)[0];
  const answer = await page.request.get(`${city.url}/submissions/${id}/wrong-rows.json`);
  const { columns, rows } = (await answer.json()) as { columns: { code: string }[]; rows: { row: number; place?: string; values: Record<string, string> }[] };
  const grid = page.getByRole("grid");
  await expect(grid.getByRole("gridcell").first()).toBeVisible();
  for (const decision of wrong) {
    const shown = rows.findIndex((r) => (r.place ?? String(r.row)).endsWith(String(decision.row)));
    const row = rows[shown];
    if (!row) throw new Error(`row ${decision.row} of ${decision.file} is not in the grid`);
    for (const [field, value] of Object.entries(decision.truth)) {
      const at = columns.findIndex((c) => c.code === field);
      if (at < 0 || (row.values[field] ?? "") === value) continue;
      const cell = grid.getByRole("row").nth(shown + 1).getByRole("gridcell").nth(at);
      await cell.click();
      await page.keyboard.press("F2");
      await page.keyboard.press("Control+a");
      // What should be empty is not emptied by typing nothing.
      await page.keyboard.press("Backspace");
      await page.keyboard.type(value);
      await page.keyboard.press("Enter");
    }
  }
}

for (const lang of ["zh", "en"] as Lang[]) {
  test(`a late department's day (${lang})`, async ({ page, browser, filled }) => {
    test.setTimeout(300_000);
    // What the first has put right is no longer late.
    const [late] = await lateDepartments(browser, filled);
    if (!late) throw new Error("no department of the city is late with one file alone");
    await open(page, filled.url, lang);
    await signIn(page, { name: late.login, password: DEMO_PASSWORD }, lang);

    // The reminder on the home page leads to the issue, the issue to the wrong row.
    const card = page.locator("section", { has: page.getByRole("heading", { name: saying(lang, "card-notices") }) });
    await expect(card.locator("li", { hasText: say(lang, "notice-kind-overdue") }).first()).toBeVisible();
    await lookAt(page, `late-day-home-${lang}`);
    await card.getByRole("link", { name: say(lang, "notices-all-unread"), exact: true }).click();
    const reminder = page.locator("#notices tbody tr", { hasText: ISSUES[lang] });
    const settled = async () => {
      await page.goto(`${filled.url}/notices?kind=overdue&which=settled`);
      return reminder.count();
    };
    const before = await settled();
    await page.goto(`${filled.url}/notices?kind=overdue`);
    await reminder.first().getByRole("button", { name: saying(lang, "notice-open") }).click();
    await expect(page).toHaveURL(/\/issues/);
    if (!/\/issues\/[0-9a-f-]{36}/.test(page.url())) await page.locator("#issues tbody td:nth-child(2) a").first().click();
    const issue = page.url();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("ZG");
    await lookAt(page, `late-day-issue-${lang}`);
    // Kept in mind until it is done: it will go by itself.
    await page.goto(`${filled.url}/notices?kind=overdue&which=read`);
    await reminder.first().getByRole("button", { name: saying(lang, "notice-unread") }).click();
    await page.goto(issue);
    await page.getByRole("link", { name: say(lang, "issue-mend"), exact: true }).click();
    await mend(page, filled, late.wrong);
    await lookAt(page, `late-day-grid-${lang}`);
    await page.keyboard.press("Control+s");
    await page.getByRole("button", { name: say(lang, "land-mended") }).click();

    // It closes by itself, and with it the reminder.
    await expect
      .poll(
        async () => {
          await page.goto(issue);
          return page.getByRole("heading", { level: 1 }).textContent();
        },
        { timeout: 90_000, intervals: [2_000] },
      )
      .toContain(say(lang, "issue-state-closed"));
    await lookAt(page, `late-day-closed-${lang}`);
    await expect.poll(settled, { timeout: 60_000, intervals: [2_000] }).toBeGreaterThan(before);
    await page.goto(filled.url);
    await lookAt(page, `late-day-done-${lang}`);

    // The decision came late, but it came.
    const document = late.wrong[0]?.document ?? "";
    const arrived = page.getByRole("link", { name: document, exact: true });
    await expect
      .poll(
        async () => {
          await page.goto(`${filled.url}/records?which=late&q=${encodeURIComponent(document)}`);
          return arrived.count();
        },
        { timeout: 60_000, intervals: [2_000] },
      )
      .toBe(1);
    await arrived.click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText(lang === "zh" ? "迟报" : "late");
    await lookAt(page, `late-day-record-${lang}`);
    await signOut(page, lang);

    // Nobody calls this department any more.
    await signIn(page, { name: "steward", password: DEMO_PASSWORD }, lang);
    await page.goto(`${filled.url}/chase`);
    await expect(page.locator("tbody tr").first()).toBeVisible();
    await lookAt(page, `late-day-chase-${lang}`);
    expect((await lateDepartments(browser, filled)).map((d) => d.name)).not.toContain(late.name);
  });
}
