// Bundles the browser's part into dist/: app.css, app.js, htmx.js, charts.js, grid.js.
//   node build.mjs            once, minified
//   node build.mjs --watch    again on every change, not minified
//   node build.mjs --tests    test/*.test.ts into dist-test/, for `node --test`
import { context, build } from "esbuild";
import { readFile, readdir, rm } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const watch = process.argv.includes("--watch");
const common = { bundle: true, logLevel: "warning", legalComments: "none", sourcemap: false, charset: "utf8" };

/** Two years back: what departments' browsers (Edge, 360, Qianxin on Chromium) have caught up with. */
const target = ["chrome105", "firefox115", "safari16"];

const browser = {
  ...common,
  outdir: "dist",
  format: "esm",
  // Pages load app.js, which loads the other two beside itself when a page needs them.
  external: ["./charts.js", "./grid.js"],
  minify: !watch,
  target,
};
// The style sheet and the script share the name app; esbuild wants each name once a build.
const js = {
  ...browser,
  entryPoints: { app: "src/app.ts", htmx: "src/htmx.ts", charts: "src/charts.ts", grid: "src/grid.ts" },
};
const css = { ...browser, entryPoints: { app: "src/css/app.css" } };

if (process.argv.includes("--tests")) {
  const tests = (await readdir("test")).filter((name) => name.endsWith(".test.ts"));
  await rm("dist-test", { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: tests.map((name) => `test/${name}`),
    outdir: "dist-test",
    outExtension: { ".js": ".mjs" },
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
  });
} else if (watch) {
  for (const options of [js, css]) await (await context(options)).watch();
  console.log("watching src/");
} else {
  await rm("dist", { recursive: true, force: true });
  await Promise.all([build(js), build(css)]);
  for (const name of (await readdir("dist")).sort()) {
    const bytes = await readFile(`dist/${name}`);
    const kib = (size) => `${Math.ceil(size / 1024)} KiB`.padStart(9);
    console.log(`web/dist/${name}`.padEnd(24), kib(bytes.length), kib(gzipSync(bytes).length), "gzip");
  }
}
