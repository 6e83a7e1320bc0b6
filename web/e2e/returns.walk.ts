// The province sends records back: the department reads why in plain words, corrects one and has the other confirmed; the rate
// counts both. Then a rule is disputed, and the steward sees what a change would do.
import type { Page } from "@playwright/test";
import { as, handedIn, test } from "./city.js";
import { expect, lookAt } from "./kit.js";
import { say, saying, type Lang } from "./messages.js";
import { signOut } from "./pages.js";
import type { Platform } from "./platform.js";

/** A day in Beijing so many days before today. */
const ago = (days: number) => new Date(Date.now() + 8 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10);

const AUTHORITY = "1144190000DEM0082P";
const SUBJECT = "91441900MA0DEM013W";
const HEADER =
  "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,行政许可决定文书名称,行政许可决定文书号,许可类别,许可内容,许可决定日期,有效期自,有效期至,许可机关,许可机关统一社会信用代码,当前状态,数据来源单位,数据来源单位统一社会信用代码";
const number = (lang: Lang, n: number) => `东市监食许〔2026〕${lang === "zh" ? 70 : 80}${n}号`;
const licence = (document: string, representative: string) =>
  `东莞示例食品有限公司,法人及非法人组织,${SUBJECT},${representative},食品经营许可决定书,${document},普通,预包装食品销售,${ago(3)},${ago(3)},2031-01-01,东莞市示例监督管理局,${AUTHORITY},1,东莞市示例监督管理局,${AUTHORITY}`;
const LIST = "数据类别,决定文书号,决定日期,行政相对人名称,行政相对人代码,错误代码,错误描述,下发日期";
const returned = (document: string, said: string) => `行政许可,${document},${ago(3)},东莞示例食品有限公司,${SUBJECT},,${said},${ago(0)}`;

async function handIn(page: Page, city: Platform, resource: string, name: string, lines: string[], lang: Lang): Promise<void> {
  await page.goto(`${city.url}/submissions/new`);
  await page.locator('input[type="file"]').setInputFiles({ name: `${name}.csv`, mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) });
  await page.locator('select[name="resource"]').selectOption(resource);
  await page.getByRole("button", { name: say(lang, "upload-now"), exact: true }).click();
  await expect(page.locator(".stepper li").last()).toHaveAttribute("data-state", "done", { timeout: 60_000 });
}

/** The addresses of the open issues with a code. */
async function issuesOf(page: Page, city: Platform, code: string): Promise<string[]> {
  await page.goto(`${city.url}/issues?q=${code}`);
  return page.locator("#issues tbody td:nth-child(2) a").evaluateAll((all) => all.map((a) => a.getAttribute("href") ?? ""));
}

/** The list once it holds so many lines: what came in is followed every ten seconds. */
async function listed(page: Page, address: string, lines: number): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.goto(address);
        return page.locator("#returns tbody tr").count();
      },
      { timeout: 60_000, intervals: [2_000] },
    )
    .toBe(lines);
}

for (const lang of ["zh", "en"] as Lang[]) {
  test(`records sent back are corrected or confirmed (${lang})`, async ({ page, city }) => {
    test.setTimeout(300_000);
    const officer = handedIn(city)[0]?.login ?? "";
    const [first, second] = [number(lang, 1), number(lang, 2)];
    const own = `${city.url}/returns?q=${encodeURIComponent(lang === "zh" ? "〔2026〕70" : "〔2026〕80")}`;
    await as(page, city, officer, lang);
    await handIn(page, city, "licence-2018", `${lang}-1`, [HEADER, licence(first, "张三"), licence(second, "张三")], lang);
    const said = "验证规则代码:1001;错误描述:未查询到主体或查询到的主体信息不匹配.";
    // What the province sends back is fetched by the department that the catalogue names.
    await signOut(page, lang);
    await as(page, city, "fgw", lang);
    await handIn(page, city, "returned-records", `${lang}-2`, [LIST, returned(first, said), returned(second, "某种没见过的错误")], lang);
    await signOut(page, lang);
    await as(page, city, officer, lang);

    // In everyday words, with the province's own below.
    await listed(page, own, 2);
    await expect(page.locator("#returns tbody")).toContainText(lang === "zh" ? "没有查到这家主体" : "found no subject with the name");
    await expect(page.locator("#returns tbody")).toContainText("某种没见过的错误");
    await lookAt(page, `returns-${lang}`);
    await page.locator("#returns tbody tr", { hasText: first }).locator("a[href^='/issues/']").click();
    await expect(page.getByRole("heading", { name: say(lang, "issue-returned"), exact: true })).toBeVisible();
    await lookAt(page, `returned-issue-${lang}`);

    // Corrected and handed in again, it closes by itself.
    await handIn(page, city, "licence-2018", `${lang}-3`, [HEADER, licence(first, "张四")], lang);
    await listed(page, `${own}&state=corrected`, 1);
    await expect(page.locator("#returns tbody")).toContainText(first);
    await page.locator("#returns tbody a[href^='/records/']").click();
    await expect(page.getByRole("heading", { name: say(lang, "diffs"), exact: true })).toBeVisible();
    await expect(page.locator("ins", { hasText: "张四" })).toBeVisible();
    await lookAt(page, `returned-record-${lang}`);

    // The other is right as it stands.
    await page.goto(`${own}&state=open`);
    await page.getByText(say(lang, "return-ask"), { exact: true }).click();
    await page.getByLabel(say(lang, "return-ask-label"), { exact: true }).fill("执照刚换发 newly issued");
    await page.getByRole("button", { name: say(lang, "return-ask-add"), exact: true }).click();
    await listed(page, `${own}&state=asked`, 1);
    await signOut(page, lang);
    await as(page, city, "steward", lang);
    await listed(page, `${own}&state=asked`, 1);
    await lookAt(page, `returns-steward-${lang}`);
    await page.getByRole("button", { name: say(lang, "return-agree"), exact: true }).click();
    await listed(page, `${own}&state=confirmed`, 1);
    await page.goto(own);
    await expect(page.locator("#returns")).toContainText("100.0%");
    await lookAt(page, `returns-settled-${lang}`);

    // What this quarter teaches.
    await page.goto(`${city.url}/training?resource=licence-2018`);
    await expect(page.getByRole("heading", { name: say(lang, "training-checklist"), exact: true })).toBeVisible();
    await lookAt(page, `training-${lang}`);
    await signOut(page, lang);
  });

  test(`a rule is changed and what waits is judged again (${lang})`, async ({ page, city }) => {
    test.setTimeout(300_000);
    const officer = "scjg";
    const file = `企业名称,统一社会信用代码,企业类型\n东莞示例食品有限公司,91441900MA0DEM013W,${lang}\n东莞示例饮料有限公司,9144190OMA0DEM013W,${lang}\n`;
    await as(page, city, officer, lang);
    const known = await issuesOf(page, city, "E103");
    await handIn(page, city, "legal-entity", `rule-${lang}`, [file], lang);
    await page.reload();
    await page.getByRole("link", { name: say(lang, "cause-faq"), exact: true }).first().click();
    await expect(page.locator("#faq section")).toHaveCount(1);
    await lookAt(page, `faq-cause-${lang}`);
    let opened: string[] = [];
    await expect
      .poll(
        async () => {
          opened = (await issuesOf(page, city, "E103")).filter((i) => !known.includes(i));
          return opened.length;
        },
        { timeout: 60_000, intervals: [2_000] },
      )
      .toBe(1);
    await page.locator(`#issues a[href="${opened[0] ?? ""}"]`).click();
    await page.getByLabel(say(lang, "issue-dispute-label"), { exact: true }).fill("执照上就是字母 as on the licence");
    await page.getByRole("button", { name: say(lang, "issue-dispute-add"), exact: true }).click();
    await expect(page.getByText(say(lang, "issue-disputed"))).toBeVisible();
    const issue = page.url();
    await signOut(page, lang);

    await as(page, city, "steward", lang);
    await page.goto(issue);
    await page.getByRole("link", { name: say(lang, "issue-rule"), exact: true }).click();
    await page.locator("input[name='kind'][value='severity']").check();
    await page.locator("#severity").selectOption("warn");
    await page.getByRole("button", { name: say(lang, "override-effect"), exact: true }).click();
    await expect(page.locator("#effect tbody tr").first()).toBeVisible();
    await lookAt(page, `effect-${lang}`);
    await page.getByLabel(saying(lang, "override-reason")).fill("换码期间 while codes are renewed");
    await page.getByRole("button", { name: say(lang, "override-add-now"), exact: true }).click();
    await expect(page.getByText(say(lang, "override-added"))).toBeVisible();
    await expect
      .poll(
        async () => {
          await page.goto(issue);
          return page.locator("h1 .badge").textContent();
        },
        { timeout: 60_000, intervals: [2_000] },
      )
      .toBe(say(lang, "issue-state-closed"));
    await expect(page.getByText("换码期间 while codes are renewed")).toBeVisible();
    await lookAt(page, `judged-issue-${lang}`);
    await page.goto(`${city.url}/judgements`);
    await lookAt(page, `judgements-${lang}`);
    await page.locator("tbody a[href^='/judgements/']").first().click();
    await expect(page.locator("#judgement tbody tr").first()).toBeVisible();
    await lookAt(page, `judgement-${lang}`);

    // As it was, for whoever walks next.
    await page.goto(`${city.url}/rules/legal-entity`);
    await page.getByText(say(lang, "override-extend-or-revoke")).click();
    page.once("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: say(lang, "override-revoke"), exact: true }).click();
    await expect(page.getByText(say(lang, "override-revoked-done"))).toBeVisible();
    await signOut(page, lang);
  });
}
