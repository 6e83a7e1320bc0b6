// A department's front-end database: registered, tried, read, switched on, and what it brought is a submission like any other.
import { test } from "./city.js";
import { expect, noSeriousFault, noSidewaysScroll, PHONE, shoot } from "./kit.js";
import { say, saying, type Lang } from "./messages.js";
import { open, signIn } from "./pages.js";
import { DEMO_PASSWORD, type Platform } from "./platform.js";

let platform: Platform;
test.beforeAll(({ filled }) => {
  platform = filled;
});

for (const [lang, reached, left] of [["zh", "2026-01-05 08:10:00", 30], ["en", "2026-01-05 08:20:00", 20]] as [Lang, string, number][]) {
  test(`register, test, pull, see the submission, switch on, ${lang}`, async ({ page }) => {
    test.setTimeout(180_000);
    await open(page, platform.url, lang);
    await signIn(page, { name: "scjg", password: DEMO_PASSWORD }, lang);
    await page.goto(`${platform.url}/pulls`);
    await expect(page.getByRole("row").filter({ hasText: "t_enterprise" }).first()).toContainText(new RegExp(`${say(lang, "pull-run-new")}|${say(lang, "pull-run-nothing")}`));
    await noSeriousFault(page);
    await shoot(page, `pulls-${lang}`);

    await page.getByRole("link", { name: say(lang, "pull-new"), exact: true }).first().click();
    await noSeriousFault(page);
    await page.getByLabel(say(lang, "column-resource"), { exact: true }).selectOption("legal-entity");
    await page.getByLabel(say(lang, "pull-name"), { exact: true }).fill(`walk ${lang}`);
    await page.getByLabel(say(lang, "pull-address"), { exact: true }).fill("sqlite://../control.db");
    await page.getByLabel(say(lang, "pull-with-password"), { exact: true }).uncheck();
    await page.getByLabel(say(lang, "pull-table"), { exact: true }).fill("t_enterprise");
    await page.getByLabel(say(lang, "pull-increasing"), { exact: true }).fill("更新时间");
    await page.getByLabel(say(lang, "pull-reached"), { exact: true }).fill(reached);
    await page.getByRole("button", { name: say(lang, "save"), exact: true }).click();
    // Only files of the agreed folder can be read; what was typed stands as it was.
    const address = page.getByLabel(say(lang, "pull-address"), { exact: true });
    await expect(address).toHaveAttribute("aria-invalid", "true");
    await noSeriousFault(page);
    await shoot(page, `pull-form-${lang}`);
    await address.fill("sqlite://registration.db");
    await page.getByRole("button", { name: say(lang, "save"), exact: true }).click();
    await expect(page.getByText(say(lang, "pull-created"))).toBeVisible();
    const home = page.url();

    await page.getByRole("button", { name: say(lang, "pull-test"), exact: true }).click();
    await expect(page.getByText(say(lang, "pull-test-good", { n: 5 }))).toBeVisible();
    await noSeriousFault(page);
    await shoot(page, `pull-test-${lang}`);
    await page.getByRole("button", { name: say(lang, "pull-now"), exact: true }).click();
    // The page follows the pull by itself.
    const run = page.getByRole("row").filter({ hasText: say(lang, "pull-run-new") });
    await expect(run).toBeVisible({ timeout: 60_000 });
    await expect(run).toContainText(String(left));
    await page.getByRole("button", { name: say(lang, "pull-enable"), exact: true }).click();
    await expect(page.getByText(say(lang, "pull-enabled"))).toBeVisible();
    await noSeriousFault(page);
    await shoot(page, `pull-${lang}`);
    await page.setViewportSize(PHONE);
    await noSidewaysScroll(page);
    await shoot(page, `pull-${lang}-phone`);
    await page.setViewportSize({ width: 1280, height: 800 });

    await run.getByRole("link", { name: say(lang, "pull-see-submission") }).click();
    await expect(page.getByRole("main")).toContainText("t_enterprise");
    await expect(page.locator(".stepper li").last()).toHaveAttribute("data-state", "done", { timeout: 60_000 });
    await page.reload();
    await expect(page.getByRole("heading", { name: say(lang, "causes") })).toBeVisible();

    await page.goto(home);
    page.once("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: say(lang, "delete"), exact: true }).click();
    await expect(page.getByText(saying(lang, "pull-removed"))).toBeVisible();
  });
}
