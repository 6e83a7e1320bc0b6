// Reorganisation: a unit is split in two, and one of them merged into another; what was stays to be seen.
import { as, test } from "./city.js";
import { expect, lookAt } from "./kit.js";
import { say, saying } from "./messages.js";

test("a unit is split, and one of its successors merged into another", async ({ page, city }) => {
  test.setTimeout(120_000);
  const lang = "zh";
  await as(page, city, "steward", lang);
  await page.goto(`${city.url}/orgs?kind=department`);
  // A department without an account at work in another walk.
  const old = page.locator(".tree a").last();
  const name = ((await old.textContent()) ?? "").trim();
  await old.click();
  await page.getByRole("link", { name: say(lang, "org-split"), exact: true }).click();
  const part = async (n: number, title: string, code: string) => {
    await page.locator(`#name-zh-${n}`).fill(title);
    await page.locator(`#code-${n}`).fill(code);
  };
  // Some time ago: what is merged must have stood for a day at least.
  await page.getByLabel(saying(lang, "org-on")).fill("2026-01-05");
  await part(1, "示例一局", "WALKPART1");
  await lookAt(page, "org-split");
  page.on("dialog", (dialog) => void dialog.accept());
  await page.getByRole("button", { name: say(lang, "org-split"), exact: true }).click();
  await expect(page.getByRole("alert"), "one successor is no split").toBeVisible();
  await part(2, "示例二局", "WALKPART2");
  await page.getByRole("button", { name: say(lang, "org-split"), exact: true }).click();
  await expect(page.getByText(say(lang, "org-split-done"))).toBeVisible();
  await expect(page.getByRole("link", { name: "示例二局" })).toBeVisible();
  await lookAt(page, "org-after-split");

  await page.getByRole("link", { name: "示例二局" }).click();
  await page.getByRole("link", { name: say(lang, "org-merge"), exact: true }).click();
  await page.getByLabel(say(lang, "org-merge-into")).selectOption({ label: await option(page, "示例一局") });
  await lookAt(page, "org-merge");
  await page.getByRole("button", { name: say(lang, "org-merge"), exact: true }).click();
  await expect(page.getByText(say(lang, "org-merge-done"))).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("示例一局");
  await lookAt(page, "org-after-merge");
  await page.goto(`${city.url}/orgs?state=closed`);
  await expect(page.locator(".tree")).toContainText("示例二局");
  expect(name).not.toBe("");
});

/** The label of an option with its indentation. */
async function option(page: import("@playwright/test").Page, name: string): Promise<string> {
  const labels = await page.locator("select[name='into'] option").allTextContents();
  return labels.find((l) => l.trim() === name) ?? name;
}
