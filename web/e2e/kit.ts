// What every walk uses: a page that fails the walk on any script error or broken policy, axe, screenshots.
import { expect, test as base, type Page } from "@playwright/test";
import { readFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const TARGET = process.env["CARGO_TARGET_DIR"] ?? path.resolve(import.meta.dirname, "../../target");
const SHOTS = path.join(TARGET, "screenshots");

export const PHONE = { width: 390, height: 844 };

export const test = base.extend<{ page: Page }>({
  page: async ({ page }, use) => {
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => {
      // A refused request is the walk's own business; anything else said as an error is a fault.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(message.text());
    });
    await use(page);
    expect(faults, "errors in the browser's console").toEqual([]);
  },
});

export { expect };

interface Violation {
  id: string;
  impact: string;
  help: string;
  nodes: { html: string; failureSummary: string }[];
}

/** Fails on any serious or critical finding of axe on the page as it stands. */
export async function noSeriousFault(page: Page): Promise<void> {
  // Through the debugger, not as a script element, so that the page's policy stays as it is.
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe;
    return (await axe.run()).violations;
  });
  const serious = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
  const told = serious.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => `${n.html} — ${n.failureSummary}`).join("\n  ")}`);
  expect(told, "serious faults found by axe").toEqual([]);
}

/**
 * Nothing sticks out at the side: a page that scrolls sideways on a phone is broken. Charts take their new width a frame or
 * two after the window, so it is asked again for a moment.
 */
export async function noSidewaysScroll(page: Page): Promise<void> {
  const over = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(over, { message: "pixels the page is wider than the window", timeout: 3_000 }).toBeLessThanOrEqual(0);
}

/** A picture for people to look at, outside the repository. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: true });
}

/** The page at a desk and on a phone: no serious fault, nothing sideways, a picture of each. */
export async function lookAt(page: Page, name: string): Promise<void> {
  const desk = page.viewportSize() ?? { width: 1280, height: 800 };
  await noSeriousFault(page);
  await noSidewaysScroll(page);
  await shoot(page, name);
  await page.setViewportSize(PHONE);
  await noSidewaysScroll(page);
  await noSeriousFault(page);
  await shoot(page, `${name}-phone`);
  await page.setViewportSize(desk);
}
