// Charts: <figure class="chart" data-chart='{…}'><figcaption>…</figcaption></figure>. The server says what to show
// (src/charts/spec.ts), this draws it with ECharts and puts the same figures beside it as a table.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { toOption, type Theme } from "./charts/option.js";
import { linkOf, readSpec, type ChartSpec } from "./charts/spec.js";
import { dataTable } from "./charts/table.js";

use([BarChart, LineChart, PieChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

/** Colours from the page's tokens, so that a chart follows the theme. */
function theme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: token("text"),
    muted: token("muted"),
    line: token("line"),
    surface: token("surface"),
    font: token("font"),
    tones: {
      brand: token("mark-brand"),
      reject: token("mark-reject"),
      warn: token("mark-warn"),
      pass: token("mark-pass"),
      neutral: token("mark-neutral"),
    },
  };
}

/** Lying bars that fit the usual height, and the height of one in rem. */
const LYING = 8;
const LINE = 1.6;

function draw(figure: HTMLElement, spec: ChartSpec): void {
  const lang = document.documentElement.lang;
  const canvas = document.createElement("div");
  canvas.className = "chart-canvas";
  // Lying bars have a name each; all of them are to be read.
  if (spec.horizontal && spec.categories.length > LYING) canvas.style.height = `${spec.categories.length * LINE + 3}rem`;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", figure.querySelector("figcaption")?.textContent?.trim() ?? "");
  figure.append(canvas);
  if (!figure.querySelector("table")) figure.append(dataTable(spec, lang));

  const chart = init(canvas, null, { renderer: "canvas" });
  const paint = () => chart.setOption(toOption(spec, theme(), lang, canvas.clientWidth), true);
  paint();
  chart.on("click", (datum) => {
    const link = linkOf(spec, datum.seriesIndex ?? 0, datum.dataIndex);
    if (link) window.location.assign(link);
  });
  new ResizeObserver(() => {
    chart.resize();
    paint();
  }).observe(canvas);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
}

/** Draws every chart below `root` that has not been drawn yet. */
export function drawCharts(root: ParentNode): void {
  for (const figure of root.querySelectorAll<HTMLElement>("[data-chart]:not([data-ready])")) {
    figure.dataset["ready"] = "";
    const spec = readSpec(figure.dataset["chart"] ?? "");
    if (spec) draw(figure, spec);
  }
}
