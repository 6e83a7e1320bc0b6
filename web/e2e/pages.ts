// The console as a person uses it: one function a step, found by what is on the page, in either language.
import { expect, type Page } from "@playwright/test";
import { say, type Lang } from "./messages.js";

export type { Lang } from "./messages.js";

/** Opens the console in a language; Chinese is what it starts in. */
export async function open(page: Page, url: string, lang: Lang): Promise<void> {
  await page.goto(url);
  if (lang === "en") await page.getByRole("link", { name: say("zh", "other-language"), exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", new RegExp(`^${lang}`));
}

export async function signIn(page: Page, account: { name: string; password: string }, lang: Lang): Promise<void> {
  await page.getByLabel(say(lang, "account-name"), { exact: true }).fill(account.name);
  await page.getByLabel(say(lang, "password"), { exact: true }).fill(account.password);
  await page.getByRole("button", { name: say(lang, "sign-in"), exact: true }).click();
}

export async function signOut(page: Page, lang: Lang): Promise<void> {
  await page.getByRole("button", { name: say(lang, "sign-out"), exact: true }).click();
}
