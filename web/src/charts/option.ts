// From our specification to what ECharts draws.
import type { EChartsCoreOption } from "echarts/core";
import type { ChartSpec, Series, Tone } from "./spec.js";

export interface Theme {
  text: string;
  muted: string;
  line: string;
  surface: string;
  font: string;
  tones: Record<Tone, string>;
}

const ORDER: Tone[] = ["brand", "neutral", "pass", "warn", "reject"];

/** Share of the width that names beside lying bars may take. */
const LABELS = 0.4;

function colour(series: Series, index: number, theme: Theme): string {
  return theme.tones[series.tone ?? ORDER[index % ORDER.length] ?? "brand"];
}

function number(value: unknown, unit: string, lang: string): string {
  return typeof value === "number" ? value.toLocaleString(lang) + (unit && ` ${unit}`) : "–";
}

function donut(spec: ChartSpec, theme: Theme): EChartsCoreOption {
  const series = spec.series[0];
  return {
    series: [
      {
        type: "pie",
        radius: ["52%", "78%"],
        label: { color: theme.text, fontFamily: theme.font },
        itemStyle: { borderColor: theme.surface, borderWidth: 2 },
        data: spec.categories.map((name, i) => ({
          name,
          value: series?.values[i] ?? 0,
          itemStyle: { color: theme.tones[ORDER[i % ORDER.length] ?? "brand"] },
        })),
      },
    ],
  };
}

function axes(spec: ChartSpec, theme: Theme, lang: string, width: number): EChartsCoreOption {
  const label = { color: theme.muted, fontFamily: theme.font };
  const category = {
    type: "category",
    data: spec.categories,
    // Long names leave the bars most of a narrow page.
    axisLabel: spec.horizontal
      ? { ...label, interval: 0, width: Math.round(width * LABELS), overflow: "truncate" }
      : { ...label, hideOverlap: true },
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { show: false },
    // The first name stands on top, as in the table.
    inverse: spec.horizontal === true,
  };
  const value = {
    type: "value",
    max: spec.max,
    name: spec.horizontal ? undefined : spec.unit,
    nameTextStyle: label,
    axisLabel: { ...label, formatter: (v: number) => v.toLocaleString(lang) },
    splitLine: { lineStyle: { color: theme.line } },
  };
  const line = spec.kind === "line";
  return {
    grid: { left: 8, right: 16, top: spec.unit && !spec.horizontal ? 32 : 16, bottom: spec.series.length > 1 ? 36 : 8, containLabel: true },
    xAxis: spec.horizontal ? value : category,
    yAxis: spec.horizontal ? category : value,
    series: spec.series.map((s, i) => ({
      name: s.name,
      type: line ? "line" : "bar",
      stack: spec.kind === "stacked-bar" ? "all" : undefined,
      barMaxWidth: 28,
      symbolSize: 7,
      connectNulls: false,
      color: colour(s, i, theme),
      cursor: s.links ? "pointer" : "default",
      data: s.values,
    })),
  };
}

/** The option for ECharts, drawn `width` pixels wide. The tooltip is drawn, not HTML: the page's policy allows no style attributes. */
export function toOption(spec: ChartSpec, theme: Theme, lang: string, width: number): EChartsCoreOption {
  const round = spec.kind === "donut";
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: { fontFamily: theme.font },
    tooltip: {
      trigger: round ? "item" : "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: theme.surface,
      borderColor: theme.line,
      textStyle: { color: theme.text, fontFamily: theme.font },
      valueFormatter: (value: unknown) => number(value, spec.unit ?? "", lang),
    },
    legend: { show: !round && spec.series.length > 1, bottom: 0, icon: "roundRect", textStyle: { color: theme.muted } },
    ...(round ? donut(spec, theme) : axes(spec, theme, lang, width)),
  };
}
