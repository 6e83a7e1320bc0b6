// A citizen's objection from the form without an account to the corrected public page: the mark at once, the desks, the correction,
// the result by the code, in both languages, at a desk and on a phone.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { as, handedIn, test } from "./city.js";
import { expect, lookAt, noSidewaysScroll, PHONE } from "./kit.js";
import { say, saying, type Lang } from "./messages.js";
import { signOut } from "./pages.js";
import type { Page } from "@playwright/test";

const HEADER =
  "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额（万元）,处罚决定日期,处罚机关,处罚机关统一社会信用代码,数据来源单位,数据来源单位统一社会信用代码";
const NAME = "烟台示例个体店";
const CODE = "92370602MA0DEM021B";
const AUTHORITY = "芝罘区示例监督管理局,1137060200DEM00909";
const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

/** A penalty that says three bottles where the decision says two. */
function penalty(document: string): string {
  return `${HEADER}\n${NAME},个体工商户,${CODE},李四,${document},经营超过保质期商品,经营超过保质期商品3瓶,《示例法》第一条,罚款,罚款2000元,0.2,2025/09/01,${AUTHORITY},${AUTHORITY}\n`;
}

/** Presses a button that asks back, and says yes. */
async function sure(page: Page, name: string): Promise<void> {
  page.once("dialog", (dialog) => void dialog.accept());
  await page.getByRole("button", { name, exact: true }).click();
}

for (const lang of ["zh", "en"] as Lang[]) {
  test(`an objection, from the form to the corrected public page, ${lang}`, async ({ page, city }) => {
    test.setTimeout(300_000);
    const document = `芝市监罚〔2025〕${lang === "zh" ? 71 : 72}号`;
    const login = handedIn(city).find((f) => f.resource === "penalty-2018")?.login ?? "";
    const file = path.join(city.folder, `objection-${lang}.csv`);
    writeFileSync(file, penalty(document));
    await as(page, city, login, lang);
    await page.goto(`${city.url}/submissions/new?resource=penalty-2018`);
    await page.locator('input[type="file"]').setInputFiles(file);
    await page.getByRole("button", { name: say(lang, "upload-now"), exact: true }).click();
    await expect(page.locator(".stepper li").last()).toHaveAttribute("data-state", "done", { timeout: 90_000 });
    await signOut(page, lang);

    // The citizen finds the record on the public site and objects to it.
    const found = page.locator(".public-list a", { hasText: document }).or(page.locator(".public-list a")).first();
    await expect(async () => {
      await page.goto(`${city.url}/public/search?q=${encodeURIComponent(document)}`);
      await expect(page.locator(".public-list")).toContainText(document, { timeout: 2_000 });
    }).toPass({ timeout: 90_000 });
    await found.click();
    const record = page.url();
    await expect(page.locator(".public-fields")).toContainText("经营超过保质期商品3瓶");
    await page.locator("a[href$='/object']").first().click();
    await lookAt(page, `case-form-${lang}`);

    // What is wrong is told at once; what was typed stays.
    await page.locator("#subject_name").fill(NAME);
    await page.locator("#subject_code").fill(CODE);
    await page.locator("#fault").selectOption("wording");
    const wanted = page.locator("input[name='claim:CF_SY']");
    await wanted.fill("经营超过保质期商品2瓶");
    await page.locator("#name").fill("示例丙");
    await page.locator("#phone").fill("13900000000");
    await page.locator("#id").fill("370602188002290011");
    await page.locator("#remark").fill("决定书上写的是2瓶，请核对。");
    await page.locator("#file-evidence").setInputFiles({ name: "决定书.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ program") });
    await page.getByRole("button", { name: say(lang, "case-form-send"), exact: true }).click();
    await expect(page.locator(".notice.error li")).toHaveCount(3);
    await expect(wanted).toHaveValue("经营超过保质期商品2瓶");
    await lookAt(page, `case-form-refused-${lang}`);
    await page.locator("#id").fill("370602188002290010");
    await page.locator("#file-evidence").setInputFiles({ name: "决定书.pdf", mimeType: "application/pdf", buffer: PDF });
    await page.getByRole("button", { name: say(lang, "case-form-send"), exact: true }).click();
    const code = (await page.locator(".case-code").textContent()) ?? "";
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    const number = (await page.locator("dd.mono").first().textContent()) ?? "";
    await lookAt(page, `case-receipt-${lang}`);
    await page.goto(record);
    await expect(page.locator(".notice.warn")).toHaveText(say(lang, "case-mark-objection"));
    await lookAt(page, `case-marked-${lang}`);

    // The centre forwards, the department corrects.
    await as(page, city, "steward", lang);
    await page.goto(`${city.url}/cases`);
    await expect(page.locator("#cases")).toContainText(number);
    await lookAt(page, `cases-${lang}`);
    await page.getByRole("link", { name: number, exact: true }).click();
    await lookAt(page, `case-detail-${lang}`);
    await page.getByRole("button", { name: saying(lang, "case-forward-to") }).click();
    await expect(page.locator(".notice.ok")).toHaveText(say(lang, "case-said-forward"));
    await page.goto(`${city.url}/case-rules`);
    await lookAt(page, `case-rules-${lang}`);
    await signOut(page, lang);
    await as(page, city, login, lang);
    await page.goto(`${city.url}/cases?q=${number}`);
    await page.getByRole("link", { name: number, exact: true }).click();
    await expect(page.locator("input[name='new:CF_SY']")).toHaveValue("经营超过保质期商品2瓶");
    await page.locator("#answer").fill("经核对决定书，数量更正为2瓶。");
    await lookAt(page, `case-decide-${lang}`);
    await sure(page, say(lang, "case-decide"));
    await expect(page.locator(".notice.ok")).toHaveText(say(lang, "case-said-pass"));
    await lookAt(page, `case-decided-${lang}`);
    await signOut(page, lang);

    // The public page says what the decision says, without a mark; the case closes once the site shows it.
    await expect(async () => {
      await page.goto(record);
      await expect(page.locator(".public-fields")).toContainText("经营超过保质期商品2瓶", { timeout: 1_000 });
      await expect(page.getByText(say(lang, "case-mark-objection"))).toHaveCount(0, { timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
    await lookAt(page, `case-corrected-${lang}`);
    await page.goto(`${city.url}/public/cases`);
    await lookAt(page, `case-follow-${lang}`);
    await page.getByLabel(say(lang, "case-code"), { exact: true }).fill(code.toLowerCase().replaceAll("-", " "));
    await page.getByRole("button", { name: say(lang, "case-follow-open"), exact: true }).click();
    await expect(async () => {
      await page.reload();
      await expect(page.locator("h1 .badge")).toHaveText(say(lang, "case-state-done"), { timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
    await expect(page.locator("ins")).toHaveText("经营超过保质期商品2瓶");
    await lookAt(page, `case-mine-${lang}`);
    await page.getByLabel(say(lang, "case-solved-yes"), { exact: true }).check();
    await page.getByLabel(say(lang, "case-rating-5"), { exact: true }).check();
    await page.setViewportSize(PHONE);
    await page.getByRole("button", { name: say(lang, "case-rate-send"), exact: true }).click();
    await expect(page.locator(".notice.ok")).toHaveText(say(lang, "case-rated"));
    await noSidewaysScroll(page);
    await page.getByRole("button", { name: say(lang, "case-leave"), exact: true }).click();
    await expect(page).toHaveURL(/\/public\/cases$/);
  });
}
