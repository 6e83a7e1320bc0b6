// What the server says about a chart.

export type Tone = "brand" | "reject" | "warn" | "pass" | "neutral";

export interface Series {
  /** Shown in the legend. */
  name: string;
  /** One value a category; `null` where nothing is known. */
  values: (number | null)[];
  /** Where a click on the value leads, one a category; the rows behind the figure. */
  links?: (string | null)[];
  tone?: Tone;
}

export interface ChartSpec {
  kind: "bar" | "stacked-bar" | "line" | "donut";
  /** Names along the axis; days as YYYY-MM-DD. */
  categories: string[];
  series: Series[];
  /** Unit of the values, such as 行 or %. */
  unit?: string;
  /** Bars lie instead of standing; for long names. */
  horizontal?: boolean;
  /** Upper end of the value axis, such as 100 for per cent. */
  max?: number;
}

/** Reads a specification; nothing when it is not one, since a chart is never the only way to its figures. */
export function readSpec(text: string): ChartSpec | undefined {
  let spec: ChartSpec;
  try {
    spec = JSON.parse(text) as ChartSpec;
  } catch {
    return undefined;
  }
  const kinds = ["bar", "stacked-bar", "line", "donut"];
  const sound =
    kinds.includes(spec?.kind) &&
    Array.isArray(spec.categories) &&
    Array.isArray(spec.series) &&
    spec.series.every((s) => Array.isArray(s.values));
  return sound ? spec : undefined;
}

/** The link behind one value, if it stays on this site. */
export function linkOf(spec: ChartSpec, series: number, index: number): string | undefined {
  const link = spec.series[series]?.links?.[index];
  return typeof link === "string" && /^\/(?!\/)/.test(link) ? link : undefined;
}
