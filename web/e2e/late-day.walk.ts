// A late department's day: from the reminder over the wrong cell to the issue that closes by itself, and off the support's list.
import type { Browser, Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "./city.js";
import { expect, lookAt } from "./kit.js";
import { say, saying } from "./messages.js";
import { open, signIn, type Lang } from "./pages.js";
import { DEMO_PASSWORD, type Platform } from "./platform.js";

/** A decision of the ledger that was rejected and never put right. */
interface Wrong {
  file: string;
  row: number;
  org: string;
  document: string;
  truth: Record<string, string>;
}

/** Issues past their deadline of which one reminder speaks alone, and all that is wrong with the file they are of. */
interface Late {
  login: string;
  name: string;
  /** What they are called, as in ZG260908-0F48, and where they stand. */
  issues: { number: string; href: string }[];
  wrong: Wrong[];
}

/** The rows that a department still has to mend as the support's list says; none once nobody calls it. */
async function waiting(page: Page, city: Platform, name: string): Promise<number> {
  await page.goto(`${city.url}/chase`);
  await expect(page.locator("tbody tr").first()).toBeVisible();
  const line = page.locator("tbody tr", { has: page.getByRole("cell", { name, exact: true }) });
  return (await line.count()) ? Number(await line.locator("td").nth(6).textContent()) : 0;
}

/** A page of its own on which the steward reads Chinese, in which the ledger calls things by their names. */
async function asSteward(browser: Browser, city: Platform): Promise<Page> {
  const page = await browser.newPage();
  await open(page, city.url, "zh");
  await signIn(page, { name: "steward", password: DEMO_PASSWORD }, "zh");
  return page;
}

/** The first department that is late with one file, as the steward's list of issues and the city's ledger have it. */
async function lateDepartment(page: Page, city: Platform): Promise<Late> {
  const files = path.join(city.folder, "demo", "files");
  const lines = <T>(name: string) => readFileSync(path.join(files, name), "utf8").trim().split("\n").map((line) => JSON.parse(line) as T);
  const unmended = lines<Wrong & { rejected: boolean; mended_on?: string }>("decisions.ndjson").filter((d) => d.rejected && !d.mended_on);
  await page.goto(`${city.url}/issues?state=overdue&size=100`);
  // A reminder speaks of the issues of one department and resource that are due on one day.
  const reminders = new Map<string, { name: string; issues: Late["issues"] }>();
  for (const row of await page.locator("#issues tbody tr").all()) {
    const cells = (await row.locator("td").allTextContents()).map((c) => c.trim());
    const resource = (await row.locator("td:nth-child(3) .small").textContent())?.split(" · ")[0]?.trim();
    const name = cells[3] ?? "";
    const link = row.locator("td:nth-child(2) a");
    const issue = { number: cells[1] ?? "", href: (await link.getAttribute("href")) ?? "" };
    const key = [cells[0], resource, name].join();
    reminders.set(key, { name, issues: [...(reminders.get(key)?.issues ?? []), issue] });
  }
  for (const { name, issues } of reminders.values()) {
    const of = new Set<string>();
    for (const issue of issues) {
      await page.goto(city.url + issue.href);
      const file = page.locator('main dd a[href^="/submissions/"]');
      of.add((await file.count()) ? ((await file.textContent()) ?? "") : "");
    }
    const [file] = of;
    const wrong = unmended.filter((d) => d.file === file);
    if (of.size !== 1 || wrong.length === 0) continue;
    return { login: (wrong[0]?.org ?? "").replace(/^dept-/, ""), name, issues, wrong };
  }
  throw new Error("no department of the city is late with one file");
}

/** Types what the papers say into the cells of the grid that say otherwise. */
async function mend(page: Page, city: Platform, wrong: Wrong[]): Promise<void> {
  const id = page.url().split("/submissions/")[1]?.split(/[#?]/)[0];
  const answer = await page.request.get(`${city.url}/submissions/${id}/wrong-rows.json`);
  const { columns, rows } = (await answer.json()) as { columns: { code: string }[]; rows: { row: number; place?: string; values: Record<string, string> }[] };
  const grid = page.getByRole("grid");
  await expect(grid.getByRole("gridcell").first()).toBeVisible();
  // It opens with the rows of one cause.
  await page.locator(".grid-group").selectOption("");
  await expect(page.locator(".grid-root[aria-busy]")).toHaveCount(0);
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
    const steward = await asSteward(browser, filled);
    const late = await lateDepartment(steward, filled);
    const [first] = late.issues;
    if (!first) throw new Error("a late department without an issue");
    await open(page, filled.url, lang);
    const rowsBefore = await waiting(steward, filled, late.name);
    await signIn(page, { name: late.login, password: DEMO_PASSWORD }, lang);

    // The reminder on the home page leads to the issue, the issue to the wrong row.
    const card = page.locator("section", { has: page.getByRole("heading", { name: saying(lang, "card-notices") }) });
    await expect(card.locator("li", { hasText: say(lang, "notice-kind-overdue") }).first()).toBeVisible();
    await lookAt(page, `late-day-home-${lang}`);
    await card.getByRole("link", { name: say(lang, "notices-all-unread"), exact: true }).click();
    const number = new RegExp(late.issues.map((i) => i.number).join("|"));
    const reminder = page.locator("#notices tbody tr", { hasText: number });
    const settled = async () => {
      await page.goto(`${filled.url}/notices?kind=overdue&which=settled`);
      return reminder.count();
    };
    const before = await settled();
    await page.goto(`${filled.url}/notices?kind=overdue`);
    await reminder.first().getByRole("button", { name: saying(lang, "notice-open") }).click();
    await expect(page).toHaveURL(/\/issues/);
    // One that speaks of several leads to the list of them.
    if (late.issues.length > 1) await page.getByRole("link", { name: first.number, exact: true }).click();
    const issue = page.url();
    await expect(page.getByRole("heading", { level: 1 })).toContainText(number);
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

    // Nobody calls this department about it any more.
    expect(await waiting(steward, filled, late.name)).toBeLessThanOrEqual(rowsBefore - late.wrong.length);
    await lookAt(steward, `late-day-chase-${lang}`);
    await steward.close();
  });
}
