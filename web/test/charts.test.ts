import assert from "node:assert/strict";
import { test } from "node:test";
import { toOption, type Theme } from "../src/charts/option.js";
import { linkOf, readSpec, type ChartSpec } from "../src/charts/spec.js";

const theme: Theme = {
  text: "#111",
  muted: "#555",
  line: "#ddd",
  surface: "#fff",
  font: "sans-serif",
  tones: { brand: "#00f", reject: "#f00", warn: "#fa0", pass: "#0a0", neutral: "#999" },
};
const spec: ChartSpec = {
  kind: "stacked-bar",
  categories: ["住建局", "市监局"],
  series: [
    { name: "通过", values: [10, 20], tone: "pass" },
    { name: "退回", values: [1, null], tone: "reject", links: ["/submissions?org=1", "//elsewhere"] },
  ],
  unit: "行",
};

test("a specification that is none draws nothing", () => {
  assert.equal(readSpec("no json"), undefined);
  assert.equal(readSpec('{"kind":"map","categories":[],"series":[]}'), undefined);
  assert.equal(readSpec('{"kind":"bar","categories":[],"series":[{}]}'), undefined);
  assert.deepEqual(readSpec(JSON.stringify(spec)), spec);
});

test("links stay on this site", () => {
  assert.equal(linkOf(spec, 1, 0), "/submissions?org=1");
  assert.equal(linkOf(spec, 1, 1), undefined);
  assert.equal(linkOf(spec, 0, 0), undefined);
});

test("stacked bars share a stack, take their tone and show a hand where a click leads somewhere", () => {
  const option = toOption(spec, theme, "zh-CN", 800) as { series: Record<string, unknown>[] };
  assert.deepEqual(
    option.series.map((s) => [s["type"], s["stack"], s["color"], s["cursor"]]),
    [
      ["bar", "all", "#0a0", "default"],
      ["bar", "all", "#f00", "pointer"],
    ],
  );
});

test("lying bars keep the order of the table", () => {
  const option = toOption({ ...spec, horizontal: true }, theme, "zh-CN", 350) as { yAxis: Record<string, unknown> };
  assert.equal(option.yAxis["type"], "category");
  const label = option.yAxis["axisLabel"] as { width: number; overflow: string };
  assert.deepEqual([label.width, label.overflow], [140, "truncate"], "a long name leaves room for its bar");
  assert.equal(option.yAxis["inverse"], true);
});

test("an unknown value is not shown as nought", () => {
  const option = toOption(spec, theme, "zh-CN", 800) as { tooltip: { valueFormatter: (v: unknown) => string } };
  assert.equal(option.tooltip.valueFormatter(null), "–");
  assert.equal(option.tooltip.valueFormatter(12345), "12,345 行");
});
