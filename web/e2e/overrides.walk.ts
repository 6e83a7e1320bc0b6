// A check of the superior is switched off here, with reason and last day: what was rejected passes; revoked, it is rejected
// again.
import type { Page } from "@playwright/test";
import { as, test } from "./city.js";
import { expect, lookAt } from "./kit.js";
import { say, saying, type Lang } from "./messages.js";
import { signOut } from "./pages.js";
import type { Platform } from "./platform.js";

/** A good register but for one check digit. */
const file = (mark: string) => `企业名称,统一社会信用代码,注册日期,企业类型
东莞示例食品有限公司,91441900MA0DEM013W,2016/03/18,${mark}
烟台示例个体店,92370602MA0DEM021C,2018/05/06,${mark}
`;

/** Hands the file in and waits; how many rows were rejected. */
async function rejected(page: Page, city: Platform, mark: string, lang: Lang): Promise<number> {
  await page.goto(`${city.url}/submissions/new`);
  await page.locator('input[type="file"]').setInputFiles({ name: `${mark}.csv`, mimeType: "text/csv", buffer: Buffer.from(file(mark)) });
  await page.locator('select[name="resource"]').selectOption("legal-entity");
  await page.getByRole("button", { name: say(lang, "upload-now"), exact: true }).click();
  await expect(page.locator(".stepper li").last()).toHaveAttribute("data-state", "done", { timeout: 60_000 });
  await page.reload();
  return Number(await page.locator(".stat.reject .figure").textContent());
}

for (const lang of ["zh", "en"] as Lang[]) {
  test(`a rule is switched off for a while, ${lang}`, async ({ page, city }) => {
    test.setTimeout(180_000);
    const officer = "scjg";
    const mark = (n: number) => `${lang}${n}`;
    await as(page, city, officer, lang);
    expect(await rejected(page, city, mark(1), lang)).toBe(1);
    await page.goto(`${city.url}/rules/legal-entity`);
    await expect(page.getByRole("link", { name: say(lang, "override-add"), exact: true }), "an officer reads").toHaveCount(0);
    await lookAt(page, `rules-officer-${lang}`);
    await signOut(page, lang);

    await as(page, city, "steward", lang);
    await page.getByRole("link", { name: say(lang, "rules"), exact: true }).first().click();
    await lookAt(page, `rules-${lang}`);
    await page.goto(`${city.url}/rules/legal-entity`);
    await page.getByLabel(say(lang, "rules-search")).fill("e104");
    await page.getByRole("button", { name: say(lang, "search"), exact: true }).click();
    await expect(page.locator("tbody tr[id]")).toHaveCount(1);
    await page.locator("#E104").getByRole("link").click();
    await page.getByLabel(saying(lang, "override-reason")).fill("试点通知〔2026〕1号");
    await lookAt(page, `override-new-${lang}`);
    await page.getByRole("button", { name: say(lang, "override-add-now") }).click();
    await expect(page.getByText(say(lang, "override-added"))).toBeVisible();
    await expect(page.locator("#E104")).toContainText(say(lang, "override-does-switch-off"));
    await lookAt(page, `override-in-force-${lang}`);
    await signOut(page, lang);

    await as(page, city, officer, lang);
    expect(await rejected(page, city, mark(2), lang)).toBe(0);
    await page.getByText(say(lang, "submission-facts")).click();
    await expect(page.getByText("+E104=off#")).toBeVisible();
    await lookAt(page, `override-submission-${lang}`);
    await signOut(page, lang);

    await as(page, city, "steward", lang);
    await page.goto(`${city.url}/rules/legal-entity`);
    await page.getByText(say(lang, "override-extend-or-revoke")).click();
    page.once("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: say(lang, "override-revoke"), exact: true }).click();
    await expect(page.getByText(say(lang, "override-revoked-done"))).toBeVisible();
    await expect(page.getByText(say(lang, "overrides-none"), { exact: true })).toBeVisible();
    await lookAt(page, `override-revoked-${lang}`);
    await signOut(page, lang);

    await as(page, city, officer, lang);
    expect(await rejected(page, city, mark(3), lang)).toBe(1);
  });
}

test("newly registered subjects are compared with the local library alone", async ({ page, city }) => {
  await as(page, city, "steward", "zh");
  await page.goto(`${city.url}/rules/licence-2018/overrides/new?rule=subject-known`);
  await page.getByLabel(say("zh", "override-kind-new-subjects")).check();
  await page.getByLabel(say("zh", "override-days")).fill("45");
  await page.getByLabel(saying("zh", "override-reason")).fill("新登记主体尚未同步到省法人库");
  await lookAt(page, "override-new-subjects");
  await page.getByRole("button", { name: say("zh", "override-add-now") }).click();
  await expect(page.locator("#subject-known")).toContainText("登记未满 45 天的主体只比对“本市登记主体”");
  await lookAt(page, "rules-licence");
});
