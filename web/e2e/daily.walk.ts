// A steward's and an officer's day: the dashboard leads to its submissions, the list is searched, sorted and saved, a table is
// read as of a day and saved, and everyone finds a home page.
import { readFileSync } from "node:fs";
import { test } from "./city.js";
import { expect, lookAt, noSeriousFault } from "./kit.js";
import { say, saying } from "./messages.js";
import { open, signIn, signOut, type Lang } from "./pages.js";
import { DEMO_PASSWORD, type Platform } from "./platform.js";
import type { Page } from "@playwright/test";

/** The months in which the departments of the demo city handed in. */
const ago = (days: number) => new Date(Date.now() + 8 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10);
const MONTHS = `/dashboard?from=${ago(100)}&to=${ago(0)}`;
let platform: Platform;

test.beforeAll(({ filled }) => {
  platform = filled;
});

/** The text of a file that a link saves. */
async function saved(page: Page, link: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: link, exact: true }).click()]);
  return readFileSync(await download.path());
}

for (const lang of ["zh", "en"] as Lang[]) {
  test(`from the dashboard to the submissions behind a bar (${lang})`, async ({ page }) => {
    await open(page, platform.url, lang);
    await signIn(page, { name: "steward", password: DEMO_PASSWORD }, lang);
    await page.goto(`${platform.url}/dashboard`);
    await expect(page.getByRole("heading", { name: saying(lang, "dashboard-fresh"), exact: true })).toBeVisible();
    await expect(page.locator(".chart-canvas canvas").first()).toBeVisible();
    await lookAt(page, `dashboard-${lang}`);

    // A bar of the chart by organisation, in the months in which all of them handed in: the first one lies on top.
    await page.goto(`${platform.url}${MONTHS}`);
    await expect(page.locator(".chart-canvas canvas").first()).toBeVisible();
    const bars = page.locator("figure.chart", { hasText: say(lang, "dashboard-by-org") });
    const canvas = bars.locator("canvas");
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (!box) throw new Error("the chart has no place on the page");
    const went = page.waitForURL(/\/submissions\?way=received/, { timeout: 15_000 });
    for (const share of [0.35, 0.45, 0.55, 0.65]) {
      await canvas.click({ position: { x: box.width * share, y: 24 } }).catch(() => undefined);
      if (page.url().includes("/submissions")) break;
    }
    await went;
    await expect(page.locator("#submissions tbody tr").first()).toBeVisible();

    await page.goto(`${platform.url}${MONTHS}`);
    await page.locator("tbody tr td a[href*='org=']", { hasText: "›" }).first().click();
    await expect(page.locator(".breadcrumbs li")).toHaveCount(4);
  });

  test(`the list is searched, sorted and saved (${lang})`, async ({ page }) => {
    await open(page, platform.url, lang);
    await signIn(page, { name: "steward", password: DEMO_PASSWORD }, lang);
    await page.goto(`${platform.url}/submissions`);
    await lookAt(page, `list-${lang}`);
    await page.locator("#q").fill("2016");
    await expect(page).toHaveURL(/q=2016/);
    await expect(page.locator("#submissions tbody tr").first()).toContainText("2016");
    await page.getByRole("link", { name: say(lang, "column-rows"), exact: true }).click();
    await page.getByRole("link", { name: say(lang, "column-rows"), exact: true }).click();
    const rows = await page.locator("#submissions tbody tr td:nth-child(6)").allTextContents();
    const numbers = rows.map((r) => Number(r.replaceAll(",", "")));
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    const lines = (await saved(page, say(lang, "export-csv"))).toString("utf8").trim().split("\r\n");
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.slice(1).every((line) => line.includes("2016"))).toBe(true);
    const book = await saved(page, say(lang, "export-xlsx"));
    expect(book.subarray(0, 2).toString()).toBe("PK");
  });

  test(`a table is filtered, read as of a day and saved (${lang})`, async ({ page }) => {
    await open(page, platform.url, lang);
    await signIn(page, { name: "steward", password: DEMO_PASSWORD }, lang);
    await page.goto(`${platform.url}/data`);
    await lookAt(page, `tables-${lang}`);
    await page.locator("a[href='/data/legal-entity']").click();
    await lookAt(page, `rows-${lang}`);
    await page.locator("#field").selectOption("NAME");
    await page.locator("#q").fill("合作社");
    await page.getByRole("button", { name: say(lang, "search"), exact: true }).click();
    await expect(page.locator(".chip")).toContainText("合作社");
    await expect(page.locator("tbody tr").first()).toContainText("合作社");
    const lines = (await saved(page, say(lang, "export-csv"))).toString("utf8").trim().split("\r\n");
    expect(lines.slice(1).every((line) => line.includes("合作社"))).toBe(true);
    await page.getByRole("link", { name: say(lang, "data-open-row"), exact: true }).first().click();
    await expect(page.getByRole("heading", { name: say(lang, "row-provenance") })).toBeVisible();
    await lookAt(page, `row-${lang}`);
    await page.getByRole("link", { name: say(lang, "changes"), exact: true }).click();
    await expect(page.locator("tbody .badge").first()).toBeVisible();
    await lookAt(page, `changes-${lang}`);

    await page.goto(`${platform.url}/data/legal-entity`);
    await page.locator("#day").fill("2001-01-01");
    await page.getByRole("button", { name: say(lang, "search"), exact: true }).click();
    await expect(page.locator(".notice.warn")).toContainText("2001-01-01");
    await noSeriousFault(page);
    await page.getByRole("link", { name: say(lang, "data-now"), exact: true }).click();
    await expect(page.locator("tbody tr").first()).toBeVisible();
  });

  test(`decisions stand against their deadlines (${lang})`, async ({ page }) => {
    await open(page, platform.url, lang);
    await signIn(page, { name: "steward", password: DEMO_PASSWORD }, lang);
    await page.goto(`${platform.url}/records`);
    await expect(page.locator("#records tbody tr").first()).toBeVisible();
    await lookAt(page, `records-${lang}`);
    await page.locator("#which").selectOption("timely");
    await expect(page).toHaveURL(/which=timely/);
    await expect(page.locator("#records tbody .badge").first()).toHaveText(say(lang, "record-timely"));
    const document = await page.locator("#records tbody td:nth-child(3) a").first().textContent();
    await page.locator("#records tbody td:nth-child(3) a").first().click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText(document ?? "?");
    await lookAt(page, `record-${lang}`);
    await page.locator("#attempts ~ .table-wrap a").first().click();
    await expect(page).toHaveURL(/\/submissions\//);

    // What arrived of a month, beside the months before.
    await page.goto(`${platform.url}/volumes?which=all&month=${ago(32).slice(0, 7)}`);
    await expect(page.locator("#volumes .cards-on-phone tbody tr").first()).toBeVisible();
    await lookAt(page, `volumes-${lang}`);
  });

  test(`a department is called about what is wrong (${lang})`, async ({ page }) => {
    await open(page, platform.url, lang);
    await signIn(page, { name: "steward", password: DEMO_PASSWORD }, lang);
    await page.goto(`${platform.url}/chase`);
    await expect(page.locator("tbody a[href^='tel:']").first()).toBeVisible();
    await lookAt(page, `chase-${lang}`);
    await page.locator("tbody a[href^='/issues?org=']").first().click();
    await expect(page.locator("#issues tbody tr").first()).toBeVisible();
    await lookAt(page, `issues-${lang}`);
    await page.locator("#issues tbody td:nth-child(2) a").first().click();
    await page.getByLabel(say(lang, "issue-call-label"), { exact: true }).fill("已联系 called");
    await page.getByRole("button", { name: say(lang, "issue-call-add"), exact: true }).click();
    await expect(page.getByText(say(lang, "issue-called"))).toBeVisible();
    await expect(page.locator("tbody tr", { hasText: "已联系 called" }).first()).toBeVisible();
    await lookAt(page, `issue-${lang}`);
    await page.locator("#main").getByRole("link", { name: say(lang, "issue-faq"), exact: true }).click();
    await expect(page.locator("#faq section").first()).toBeVisible();
    await lookAt(page, `faq-${lang}`);
    await page.goBack();
    await page.getByRole("link", { name: say(lang, "issue-mend"), exact: true }).click();
    await expect(page).toHaveURL(/\/submissions\/.*#mend$/);
    // The grid opens with the rows of this cause.
    await expect(page.locator(".grid-group")).not.toHaveValue("");
  });

  test(`everyone finds a home page (${lang})`, async ({ page }) => {
    test.setTimeout(180_000);
    await open(page, platform.url, lang);
    const homes: [string, string][] = [
      ["scjg", "card-due"],
      ["steward", "card-late"],
      ["consumer", "card-find"],
      ["town-512201001", "card-find"],
      ["auditor", "card-newest"],
      ["admin", "card-jobs"],
    ];
    for (const [name, card] of homes) {
      await signIn(page, { name, password: DEMO_PASSWORD }, lang);
      await expect(page.getByRole("heading", { name: saying(lang, card) })).toBeVisible();
      await lookAt(page, `home-${name}-${lang}`);
      await signOut(page, lang);
    }
  });
}
