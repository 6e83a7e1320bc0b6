// The console as a person uses it: one function a step, found by what is on the page, in either language.
import { expect, type Page } from "@playwright/test";

export type Lang = "zh" | "en";

const WORDS = {
  zh: { signIn: "登录", name: "登录名", password: "密码", signOut: "退出", other: "English", tag: "zh-CN" },
  en: { signIn: "Sign in", name: "Name", password: "Password", signOut: "Sign out", other: "中文", tag: "en" },
} as const;

/** What the console calls things in a language. */
export function words(lang: Lang): (typeof WORDS)[Lang] {
  return WORDS[lang];
}

/** Opens the console in a language; Chinese is what it starts in. */
export async function open(page: Page, url: string, lang: Lang): Promise<void> {
  await page.goto(url);
  if (lang === "en") await page.getByRole("link", { name: WORDS.zh.other }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", new RegExp(`^${lang}`));
}

export async function signIn(page: Page, account: { name: string; password: string }, lang: Lang): Promise<void> {
  const w = words(lang);
  await page.getByLabel(w.name, { exact: true }).fill(account.name);
  await page.getByLabel(w.password, { exact: true }).fill(account.password);
  await page.getByRole("button", { name: w.signIn }).click();
}

export async function signOut(page: Page, lang: Lang): Promise<void> {
  await page.getByRole("button", { name: words(lang).signOut }).click();
}
