// One source, many uses: an old-edition file is uploaded once; two targets get what they take, and their receipts are seen.
import type { Page } from "@playwright/test";
import { as, test } from "./city.js";
import { expect, lookAt } from "./kit.js";
import { say, saying } from "./messages.js";
import { signOut, type Lang } from "./pages.js";

const AUTHORITY = "东莞市示例监督管理局";
const CODE = "1144190000DEM0082P";
const FIRM = "91441900MA0DEM013W";
const HEAD =
  "XK_WSH,XK_XMMC,XK_BM,XK_SPLB,XK_NR,XK_XDR,XK_XDR_SHXYM,XK_FR,XK_JDRQ,XK_JZQ,XK_XZJG,XK_ZT,DFBM,SJC,BZ";

function old(mark: string, n: number, status: string): string {
  return `东市监食许〔2025〕${mark}${n}号,食品经营许可,440000-0123-XK-001,普通,预包装食品销售,东莞示例食品有限公司,${FIRM},张三,2025/11/03,2030/11/02,${AUTHORITY},${status},441900,2025/11/04,延续`;
}

async function handIn(page: Page, lang: Lang, url: string, resource: string, lines: string[]): Promise<void> {
  await page.goto(`${url}/submissions/new?resource=${resource}`);
  const buffer = Buffer.from(lines.join("\n"));
  await page.locator('input[type="file"]').setInputFiles({ name: `${resource}.csv`, mimeType: "text/csv", buffer });
  await page.getByRole("button", { name: say(lang, "upload-now"), exact: true }).click();
  await expect(page.locator(".stepper li").last()).toHaveAttribute("data-state", "done", { timeout: 60_000 });
}

/** Reloads until the page says so: the platform follows what came in every ten seconds. */
async function until(page: Page, seen: () => Promise<boolean>, what: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.reload();
        return seen();
      },
      { message: what, timeout: 90_000, intervals: [1_000, 2_000, 3_000] },
    )
    .toBe(true);
}

for (const lang of ["zh", "en"] as const) {
  test(`one old-edition file serves two targets, with receipts (${lang})`, async ({ page, city }) => {
    test.setTimeout(300_000);
    const mark = lang === "zh" ? "7" : "8";
    await as(page, city, "steward", lang);
    await handIn(page, lang, city.url, "authority", ["机关名称,机关统一社会信用代码", `${AUTHORITY},${CODE}`, `示例${lang}局,${CODE}`]);

    await page.goto(`${city.url}/mappings`);
    await lookAt(page, `mappings-${lang}`);
    for (const code of ["licence-2016-to-2018", "licence-to-enterprise"]) {
      await page.goto(`${city.url}/mappings/${code}`);
      const enable = page.getByRole("button", { name: say(lang, "mapping-enable"), exact: true });
      if (await enable.isVisible()) await enable.click();
      await expect(page.getByRole("button", { name: say(lang, "mapping-disable"), exact: true })).toBeVisible();
    }

    await page.goto(`${city.url}/targets/new`);
    await page.getByLabel(say(lang, "target-title-zh")).fill(`信用中国${mark}`);
    await page.getByLabel(saying(lang, "target-code")).first().fill(`credit-china-${lang}`);
    await page.locator('input[name="resources"][value="licence-2018"]').check();
    await lookAt(page, `target-form-${lang}`);
    await page.getByRole("button", { name: say(lang, "save"), exact: true }).click();
    await expect(page.getByText(say(lang, "target-created"))).toBeVisible();
    await page.goto(`${city.url}/targets/new`);
    await page.getByLabel(say(lang, "target-title-zh")).fill(`企业信用信息公示系统${mark}`);
    await page.getByLabel(saying(lang, "target-code")).first().fill(`gsxt-${lang}`);
    await page.locator('input[name="resources"][value="enterprise-publicity"]').check();
    await page.locator('select[name="way"]').selectOption("table");
    await page.locator('input[name="workdays"]').fill("20");
    await page.locator('input[name="limit_source"]').fill("企业信息公示暂行条例第十条");
    await page.getByRole("button", { name: say(lang, "save"), exact: true }).click();
    await expect(page.getByText(say(lang, "target-created"))).toBeVisible();
    const table = page.url();

    await handIn(page, lang, city.url, "licence-2016", [HEAD, old(mark, 1, "0"), old(mark, 2, "1"), old(mark, 3, "2")]);
    await page.goto(table);
    const figures = page.locator("#figures");
    await until(page, async () => (await figures.locator("..").locator("tbody tr").count()) > 0, "the table is delivered");
    await lookAt(page, `target-${lang}`);

    // The file waits for its receipt, which comes as a file.
    await page.goto(`${city.url}/deliveries?which=sent`);
    await until(page, async () => (await page.locator("#deliveries tbody tr").count()) > 0, "the file is sent");
    const number = ((await page.locator("#deliveries tbody tr a").first().textContent()) ?? "").trim();
    await lookAt(page, `deliveries-${lang}`);
    const receipt = `推送单号,行号,结果,说明\n${number},1,失败,名称与代码不符\n`;
    await page.locator("#receipt").setInputFiles({ name: "回执.csv", mimeType: "text/csv", buffer: Buffer.from(receipt) });
    await page.getByRole("button", { name: say(lang, "receipt-take"), exact: true }).click();
    await expect(page.getByText(saying(lang, "receipt-taken")).first()).toBeVisible();
    await page.goto(`${city.url}/deliveries?q=${number}`);
    await page.getByRole("link", { name: number }).click();
    await expect(page.getByText("名称与代码不符").first()).toBeVisible();
    await lookAt(page, `delivery-${lang}`);

    // The disputed licence waits for a person.
    await page.goto(`${city.url}/mappings/waiting`);
    await until(page, async () => (await page.locator("section.card").count()) > 0, "a licence waits for a decision");
    await lookAt(page, `held-${lang}`);
    await page.locator('select[name="XK_ZT"]').first().selectOption("2");
    await page.getByRole("button", { name: say(lang, "held-go"), exact: true }).first().click();
    await expect(page.getByText(say(lang, "held-went"))).toBeVisible();

    await page.goto(`${city.url}/mappings/licence-2016-to-2018`);
    await expect(page.locator("#preview")).toBeVisible();
    await lookAt(page, `mapping-${lang}`);
    await signOut(page, lang);
  });
}
