// Bundles the browser's part into dist/: app.css, app.js, htmx.js, charts.js, grid.js.
//   node build.mjs            once, minified
//   node build.mjs --watch    again on every change, not minified
//   node build.mjs --tests    test/*.test.ts into dist-test/, for `node --test`
import { context, build } from "esbuild";
import { createHash } from "node:crypto";
import { readFile, readdir, rm } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const watch = process.argv.includes("--watch");
const common = { bundle: true, logLevel: "warning", legalComments: "none", sourcemap: false, charset: "utf8" };

/** Two years back: what departments' browsers (Edge, 360, Qianxin on Chromium) have caught up with. */
const target = ["chrome105", "firefox115", "safari16"];

const browser = { ...common, outdir: "dist", format: "esm", minify: !watch, target };
const islands = { ...browser, entryPoints: { htmx: "src/htmx.ts", charts: "src/charts.ts", grid: "src/grid.ts" } };
const style = { ...browser, entryPoints: { app: "src/css/app.css" } };

/** app.js names the islands it loads by a mark of their content, since browsers keep every file for good. */
function script(marks) {
  const define = Object.fromEntries(["charts", "grid"].map((name) => [`__${name.toUpperCase()}__`, JSON.stringify(`./${name}.js${marks[name]}`)]));
  return { ...browser, entryPoints: { app: "src/app.ts" }, define, external: ["./charts.js*", "./grid.js*"] };
}

async function mark(name) {
  return `?v=${createHash("sha256").update(await readFile(`dist/${name}.js`)).digest("hex").slice(0, 12)}`;
}

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
  for (const options of [islands, style, script({ charts: "", grid: "" })]) await (await context(options)).watch();
  console.log("watching src/");
} else {
  await rm("dist", { recursive: true, force: true });
  await Promise.all([build(islands), build(style)]);
  await build(script({ charts: await mark("charts"), grid: await mark("grid") }));
  for (const name of (await readdir("dist")).sort()) {
    const bytes = await readFile(`dist/${name}`);
    const kib = (size) => `${Math.ceil(size / 1024)} KiB`.padStart(9);
    console.log(`web/dist/${name}`.padEnd(24), kib(bytes.length), kib(gzipSync(bytes).length), "gzip");
  }
}
