// The main job as a data officer does it: a department's workbook comes in, every wrong cell is explained, suggestions
// are accepted, cells are mended, the good rows land, and the auditor finds it all in the log.
import { test } from "./city.js";
import { expect, noSeriousFault, noSidewaysScroll, PHONE, shoot } from "./kit.js";
import { say, saying, type Lang } from "./messages.js";
import { open, signIn, signOut } from "./pages.js";
import { DEMO_PASSWORD, simulate, type CityFile, type Platform } from "./platform.js";

let platform: Platform;
let workbook: CityFile;
test.beforeAll(({ filled }) => {
  platform = filled;
  // Another year of the same city: files that the demo has not handed in.
  const files = simulate(platform.folder, 2);
  const found = files.find((f) => f.resource === "licence-2018" && f.format === "xlsx" && f.rejected >= 4);
  if (!found) throw new Error("the simulated city has no workbook with wrong rows");
  workbook = found;
});

for (const lang of ["zh", "en"] as Lang[]) {
  test(`upload, read, accept, mend, land, look it up, ${lang}`, async ({ page }) => {
    test.setTimeout(180_000);
    await open(page, platform.url, lang);
    await signIn(page, { name: workbook.login, password: DEMO_PASSWORD }, lang);
    await page.goto(`${platform.url}/submissions/new`);
    await noSeriousFault(page);
    await page.locator('input[type="file"]').setInputFiles(workbook.path);
    await expect(page.locator(".chosen")).toContainText(".xlsx");
    await page.getByLabel(say(lang, "upload-again")).check();
    await shoot(page, `upload-${lang}`);
    await page.getByRole("button", { name: say(lang, "upload-now"), exact: true }).click();

    // Checked and landed in the background; the page follows by itself.
    await expect(page.locator(".stepper li").last()).toHaveAttribute("data-state", "done", { timeout: 90_000 });
    await page.reload();
    await expect(page.getByRole("heading", { name: say(lang, "causes") })).toBeVisible();
    const address = page.url();
    await noSeriousFault(page);
    await shoot(page, `submission-${lang}`);

    // One cause, one remedy for all its rows.
    const openRows = async () => Number((await page.locator("#mend .count.reject").textContent())?.replaceAll(/\D/g, ""));
    const before = await openRows();
    expect(before, "every rejected row is open for mending").toBe(Number(await page.locator(".stat.reject .figure").textContent()));
    expect(before).toBeGreaterThanOrEqual(workbook.rejected);
    await page.getByRole("button", { name: saying(lang, "accept-all") }).first().click();
    await expect.poll(openRows).toBeLessThan(before);

    // Cell by cell: the first proposal by key, and one cell typed over.
    const grid = page.getByRole("grid");
    await expect(grid.getByRole("gridcell").first()).toBeVisible();
    await grid.locator("[tabindex='0']").focus();
    await page.keyboard.press("F8");
    const wrong = page.locator(".grid-panel");
    await expect(wrong.locator(".grid-finding").first()).toBeVisible();
    await page.keyboard.type("?");
    await page.keyboard.press("Enter");
    await expect(grid.locator(".edited")).toHaveCount(1);
    await page.keyboard.press("Control+z");
    await expect(grid.locator(".edited")).toHaveCount(0);
    await shoot(page, `grid-${lang}`);
    await noSeriousFault(page);

    await page.getByRole("button", { name: say(lang, "land-mended") }).click();
    const mended = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: saying(lang, "mend-landed") }) });
    const landed = async () => {
      await page.goto(address);
      return (await mended.textContent()) ?? "";
    };
    await expect.poll(landed, { timeout: 60_000 }).toContain(say(lang, "submission-state-landed"));
    await page.setViewportSize(PHONE);
    await noSidewaysScroll(page);
    await shoot(page, `submission-${lang}-phone`);
    await page.setViewportSize({ width: 1280, height: 800 });
    await signOut(page, lang);
    await expect(page.locator("#password")).toBeVisible();

    await signIn(page, { name: "auditor", password: DEMO_PASSWORD }, lang);
    const id = address.split("/").at(-1)?.split("?")[0] ?? "";
    await page.goto(`${platform.url}/audit?subject=submission:${id}`);
    await expect(page.getByRole("row").filter({ hasText: "submission." }).first()).toBeVisible();
    await noSeriousFault(page);
    await shoot(page, `audit-${lang}`);
  });
}
