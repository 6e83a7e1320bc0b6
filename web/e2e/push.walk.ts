// A department's system pushes rows with a credential: what is right lands at once, what is wrong is explained.
import { as, test } from "./city.js";
import { expect, lookAt, noSeriousFault, shoot } from "./kit.js";
import { say } from "./messages.js";

const RIGHT = { NAME: "东莞示例食品有限公司", USCC: "91441900MA0DEM013W", REG_DATE: "2016/03/18" };
const WRONG = { NAME: "烟台示例个体店", USCC: "92370602MA0DEM021C" };

interface Answer {
  submission: string;
  landed: number;
  rejected: number;
  findings: { code: string; field: string; why: string; fix: string; suggestion: string | null }[];
}

test("a pushed row is answered and listed; a wrong one says why; the same key says the same", async ({ page, city }) => {
  test.setTimeout(120_000);
  const lang = "zh";
  // The department that provides the library by the catalogue.
  await as(page, city, "scjg", lang);
  await page.goto(`${city.url}/credentials`);
  await page.getByLabel(say(lang, "credential-label")).fill("前置机推送");
  await page.getByRole("button", { name: say(lang, "credential-new"), exact: true }).click();
  const secret = (await page.locator("code").first().textContent()) ?? "";
  expect(secret).toMatch(/^ys_/);
  await noSeriousFault(page);
  await shoot(page, "credential");

  const push = (row: object, key: string) =>
    fetch(`${city.url}/api/v1/resources/legal-entity/rows`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify(row),
    });
  const first = (await (await push(RIGHT, "walk-1")).json()) as Answer;
  expect([first.landed, first.rejected]).toEqual([1, 0]);
  const again = (await (await push(RIGHT, "walk-1")).json()) as Answer;
  expect(again, "the same key gives the same answer").toEqual(first);
  const reused = await push(WRONG, "walk-1");
  expect(reused.status, "a key belongs to its rows").toBe(409);
  expect(reused.headers.get("content-type")).toContain("application/problem+json");
  const wrong = (await (await push(WRONG, "walk-2")).json()) as Answer;
  expect([wrong.landed, wrong.rejected]).toEqual([0, 1]);
  const finding = wrong.findings.find((f) => f.code === "E104");
  expect(finding?.field).toBe("USCC");
  expect(finding?.why).toBeTruthy();
  expect(finding?.fix).toBeTruthy();
  const stranger = await fetch(`${city.url}/api/v1/resources/legal-entity/rows`, { method: "POST", headers: { authorization: "Bearer ys_wrong" }, body: "{}" });
  expect(stranger.status).toBe(401);

  await page.goto(`${city.url}/submissions/${first.submission}`);
  await expect(page.locator(".stat.pass .figure")).toHaveText("1");
  await lookAt(page, "push-landed");
  await page.getByRole("link", { name: say(lang, "see-landed-rows") }).click();
  await expect(page.getByRole("region").getByRole("row").filter({ hasText: RIGHT.USCC }), "the pushed row stands in the table").toHaveCount(1);
  await page.goto(`${city.url}/submissions/${wrong.submission}`);
  await expect(page.locator("#mend")).toContainText("统一社会信用代码校验不过");
});
