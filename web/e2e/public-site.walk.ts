// A citizen looks something up: the public site without an account, in both languages, at a desk, on a phone and by keyboard; and the
// console behind it.
import { as, handedIn, test } from "./city.js";
import { expect, lookAt, noSidewaysScroll } from "./kit.js";
import { say, type Lang } from "./messages.js";
import { signOut } from "./pages.js";

for (const lang of ["zh", "en"] as Lang[]) {
  test(`a citizen searches without an account, ${lang}`, async ({ page, city }) => {
    test.setTimeout(240_000);
    const file = handedIn(city).find((f) => f.resource === "licence-2018");
    expect(file, "a file of licences").toBeTruthy();
    await as(page, city, file!.login, lang);
    await page.goto(`${city.url}/submissions/new`);
    await page.locator('input[type="file"]').setInputFiles(file!.path);
    await page.locator('select[name="resource"]').selectOption("licence-2018");
    await page.getByRole("button", { name: say(lang, "upload-now"), exact: true }).click();
    await expect(page.locator(".stepper li").last()).toHaveAttribute("data-state", "done", { timeout: 60_000 });
    await signOut(page, lang);
    // What landed is public a moment later.
    await expect
      .poll(async () => ((await (await page.request.get(`${city.url}/api/v1/public/records`)).json()) as { total: number }).total, { timeout: 60_000 })
      .toBeGreaterThan(0);
    await page.goto(`${city.url}/language/${lang}?back=/public`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(say(lang, "public-title"));
    await lookAt(page, `public-home-${lang}`);

    const list = (await (await page.request.get(`${city.url}/api/v1/public/records?kind=licence`)).json()) as {
      records: { subject: string; document: string; code: string }[];
    };
    const wanted = list.records.find((r) => r.code !== "");
    expect(wanted, "a licence of an organisation").toBeTruthy();
    const part = wanted!.subject.slice(2, 6);
    // By keyboard alone: the search field, the words, the first hit.
    await page.getByRole("searchbox").focus();
    await page.keyboard.type(part);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/public\/search\?/);
    await expect(page.locator(".public-list li").first()).toBeVisible();
    await expect(page.locator("mark").first()).toBeVisible();
    await lookAt(page, `public-search-${lang}`);
    await page.getByLabel(say(lang, "public-search-label")).fill(wanted!.document.replace("〔", "(").replace("〕", ") "));
    await expect(page.locator(".public-list")).toContainText(wanted!.document);
    await page.locator(".public-list a").first().click();
    await expect(page.locator(".public-fields dt").first()).toBeVisible();
    await lookAt(page, `public-record-${lang}`);

    await page.getByRole("link", { name: say(lang, "public-statistics"), exact: true }).click();
    await expect(page.locator("figure.chart canvas, figure.chart svg").first()).toBeVisible();
    await lookAt(page, `public-statistics-${lang}`);
    await noSidewaysScroll(page);
    await page.getByRole("link", { name: say(lang, "public-help"), exact: true }).first().click();
    await lookAt(page, `public-help-${lang}`);
    await page.goto(`${city.url}/public/search?q=%E6%9F%A5%E6%97%A0%E6%AD%A4%E4%BC%81`);
    await expect(page.getByText(say(lang, "public-not-found"))).toBeVisible();

    await as(page, city, "steward", lang);
    await page.goto(`${city.url}/publication`);
    await lookAt(page, `publication-${lang}`);
    await page.locator("tbody a").first().click();
    await lookAt(page, `publication-record-${lang}`);
    await page.goto(`${city.url}/publication/samples`);
    await lookAt(page, `publication-samples-${lang}`);
    await page.goto(`${city.url}/publication/recalls`);
    await lookAt(page, `publication-recalls-${lang}`);
  });
}
