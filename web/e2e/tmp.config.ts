// The browser walks: Debian's Chromium against a real server with the demo city.
import { defineConfig } from "@playwright/test";
import path from "node:path";

const target = process.env["CARGO_TARGET_DIR"] ?? path.resolve(import.meta.dirname, "../../target");

export default defineConfig({
  testDir: ".",
  testMatch: "*.walk.ts",
  outputDir: path.join(target, "playwright"),
  // One server, one city: walks are written so that each makes what it needs, but two cores serve one at a time.
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env["CI"] === "true",
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width: 1280, height: 800 },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] || "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
