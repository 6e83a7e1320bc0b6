// Signing in, in both languages, at a desk and on a phone.
import { expect, noSeriousFault, noSidewaysScroll, PHONE, shoot, test } from "./kit.js";
import { open, signIn, signOut, type Lang } from "./pages.js";
import { ADMINISTRATOR, startPlatform, type Platform } from "./platform.js";

let platform: Platform;
test.beforeAll(async () => {
  platform = await startPlatform();
});
test.afterAll(async () => {
  await platform?.stop();
});

for (const lang of ["zh", "en"] as Lang[]) {
  test(`a wrong password is refused without saying which half was wrong, ${lang}`, async ({ page }) => {
    await open(page, platform.url, lang);
    await signIn(page, { name: ADMINISTRATOR.name, password: "not-the-password" }, lang);
    await expect(page.getByRole("alert")).toBeVisible();
    const refused = await page.getByRole("alert").textContent();
    await signIn(page, { name: "nobody", password: "not-the-password" }, lang);
    await expect(page.getByRole("alert")).toHaveText(refused ?? "");
    await noSeriousFault(page);
    await shoot(page, `sign-in-${lang}`);
    await page.setViewportSize(PHONE);
    await noSidewaysScroll(page);
    await shoot(page, `sign-in-${lang}-phone`);
  });

  test(`in and out again, ${lang}`, async ({ page }) => {
    await open(page, platform.url, lang);
    await signIn(page, ADMINISTRATOR, lang);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator(".who")).toBeVisible();
    await noSeriousFault(page);
    await shoot(page, `first-page-${lang}`);
    await page.setViewportSize(PHONE);
    await noSidewaysScroll(page);
    await page.locator(".burger").click();
    await noSeriousFault(page);
    await shoot(page, `first-page-${lang}-phone`);
    await page.keyboard.press("Escape");
    await signOut(page, lang);
    await expect(page.locator("#password"), "signing out ends at the sign-in page").toBeVisible();
    await page.goto(`${platform.url}/`);
    await expect(page.locator("#password")).toBeVisible();
  });
}

test("a page that does not exist says so in both languages", async ({ page }) => {
  for (const lang of ["zh", "en"] as Lang[]) {
    await open(page, platform.url, lang);
    const answer = await page.goto(`${platform.url}/no-such-page`);
    expect(answer?.status()).toBe(404);
    await noSeriousFault(page);
    await page.context().clearCookies();
  }
});
