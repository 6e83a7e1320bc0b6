// Demo cities that are made once and shared by the files of walks: one empty, for walks that hand in what they need themselves,
// one with its three months behind it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { test as base } from "./kit.js";
import { open, signIn, type Lang } from "./pages.js";
import { DEMO_PASSWORD, startDemo, startUnfilled, type CityFile, type Platform } from "./platform.js";
import type { Page } from "@playwright/test";

export const test = base.extend<object, { city: Platform; filled: Platform }>({
  city: [
    async ({}, use) => {
      const city = await startUnfilled();
      await use(city);
      await city.stop();
    },
    { scope: "worker", timeout: 150_000 },
  ],
  filled: [
    async ({}, use) => {
      const city = await startDemo();
      await use(city);
      await city.stop();
    },
    { scope: "worker", timeout: 900_000 },
  ],
});

/** The files that the departments of the demo city have to hand in. */
export function handedIn(city: Platform): CityFile[] {
  const files = path.join(city.folder, "demo", "files");
  const manifest = JSON.parse(readFileSync(path.join(files, "manifest.json"), "utf8")) as { files: (CityFile & { file: string; org: string })[] };
  return manifest.files.map((f) => ({ ...f, path: path.join(files, f.file), login: f.org.replace(/^dept-/, "") }));
}

/** Signs in with an account of the demo city. */
export async function as(page: Page, city: Platform, name: string, lang: Lang): Promise<void> {
  await page.goto(city.url);
  // The browser keeps the language in which the last one signed out.
  if (!(await page.locator("html").getAttribute("lang"))?.startsWith(lang)) await open(page, city.url, lang);
  await signIn(page, { name, password: DEMO_PASSWORD }, lang);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
}

