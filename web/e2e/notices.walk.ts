// Reminders: a responsible person is reminded on the home page, opens what it is about, and it is gone from the inbox; the
// bureau changes a rule and a text, with a preview, and adds a webhook that may not reach inside.
import { test } from "./city.js";
import { expect, lookAt } from "./kit.js";
import { say, saying } from "./messages.js";
import { open, signIn, type Lang } from "./pages.js";
import { DEMO_PASSWORD, type Platform } from "./platform.js";

let platform: Platform;

test.beforeAll(({ filled }) => {
  platform = filled;
});

// Each language has its own department, so that what one has read is unread for the other.
for (const [lang, officer] of [
  ["zh", "scjg"],
  ["en", "zjj"],
] as [Lang, string][]) {
  test(`a reminder leads to its issue and is gone (${lang})`, async ({ page }) => {
    await open(page, platform.url, lang);
    await signIn(page, { name: officer, password: DEMO_PASSWORD }, lang);
    const card = page.locator("section", { has: page.getByRole("heading", { name: saying(lang, "card-notices") }) });
    await expect(card.locator("li").first()).toBeVisible();
    await lookAt(page, `notices-home-${lang}`);
    await card.getByRole("link", { name: say(lang, "notices-all-unread"), exact: true }).click();
    await lookAt(page, `notices-${lang}`);

    await page.locator("#kind").selectOption("digest");
    await expect(page).toHaveURL(/kind=digest/);
    const rows = page.locator("#notices tbody tr");
    await expect(rows).toHaveCount(1);
    await rows.first().getByRole("button", { name: saying(lang, "notice-open") }).click();
    await expect(page).toHaveURL(/\/issues\?/);
    await page.locator("#issues tbody td:nth-child(2) a").first().click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("ZG");
    await page.goto(`${platform.url}/notices?kind=digest`);
    await expect(page.getByText(say(lang, "notices-none-found"))).toBeVisible();
    await page.goto(`${platform.url}/notices?kind=digest&which=read`);
    await expect(rows.first()).toBeVisible();
    await rows.first().getByRole("button", { name: saying(lang, "notice-unread") }).click();
    await expect(page.getByText(say(lang, "notice-marked-unread"))).toBeVisible();
    await page.getByRole("button", { name: say(lang, "notices-read-all"), exact: true }).click();
    await expect(page.getByText(say(lang, "notices-none"))).toBeVisible();
    await lookAt(page, `notices-none-${lang}`);
  });

  test(`the bureau sets when and in which words people are reminded (${lang})`, async ({ page }) => {
    await open(page, platform.url, lang);
    await signIn(page, { name: "steward", password: DEMO_PASSWORD }, lang);
    await page.goto(`${platform.url}/notices/rules`);
    await lookAt(page, `notice-rules-${lang}`);
    await page.locator("#before").fill("5, 2");
    await page.locator("#address").fill("https://yishu.example.cn");
    await page.getByRole("button", { name: say(lang, "save"), exact: true }).click();
    await expect(page.getByText(say(lang, "notice-rules-saved"))).toBeVisible();
    await expect(page.locator("#before")).toHaveValue("5, 2");

    await page.getByRole("link", { name: say(lang, "notice-kind-overdue"), exact: true }).click();
    await page.locator("#body-zh").fill("请处理 {orgg}");
    await page.locator("form", { has: page.locator("#body-zh") }).getByRole("button", { name: say(lang, "save"), exact: true }).click();
    await expect(page.locator(".error").first()).toContainText("{orgg}");
    await page.locator("#body-zh").fill("请处理 {org} 的 {count} 项：{link}");
    await page.locator("form", { has: page.locator("#body-zh") }).getByRole("button", { name: say(lang, "notice-preview"), exact: true }).click();
    await expect(page.locator(".notice p").first()).toContainText("12");
    await lookAt(page, `notice-template-${lang}`);

    await page.goto(`${platform.url}/notices/webhooks`);
    await page.locator("#title").fill("示例群");
    await page.locator("#url").fill("https://10.0.0.7/hook");
    await page.getByRole("button", { name: say(lang, "webhook-add"), exact: true }).click();
    await expect(page.locator("#url-error")).toContainText("YISHU_WEBHOOK_HOSTS");
    await page.locator("#url").fill("https://hooks.example/a");
    await page.getByRole("button", { name: say(lang, "webhook-add"), exact: true }).click();
    await expect(page.locator(".notice code")).toBeVisible();
    await lookAt(page, `webhooks-${lang}`);
    await page.goto(`${platform.url}/notices/outbox`);
    await lookAt(page, `outbox-${lang}`);
  });
}
