// The figures of a chart as a table: for screen readers, for copying, and for links by keyboard.
import { t } from "../lib/texts.js";
import { linkOf, type ChartSpec } from "./spec.js";

function cell(tag: "th" | "td", text: string, link?: string): HTMLElement {
  const made = document.createElement(tag);
  if (link) {
    const a = document.createElement("a");
    a.href = link;
    a.textContent = text;
    made.append(a);
  } else {
    made.textContent = text;
  }
  return made;
}

export function dataTable(spec: ChartSpec, lang: string): HTMLElement {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = t("chart-data");
  const table = document.createElement("table");
  table.className = "table dense";
  const head = table.createTHead().insertRow();
  for (const text of [t("chart-category"), ...spec.series.map((s) => s.name)]) {
    const th = cell("th", text);
    th.setAttribute("scope", "col");
    head.append(th);
  }
  const body = table.createTBody();
  spec.categories.forEach((category, i) => {
    const row = body.insertRow();
    const name = cell("th", category);
    name.setAttribute("scope", "row");
    row.append(name);
    spec.series.forEach((series, s) => {
      const value = series.values[i];
      const text = typeof value === "number" ? value.toLocaleString(lang) : "–";
      const td = cell("td", text, linkOf(spec, s, i));
      td.className = "num";
      row.append(td);
    });
  });
  details.append(summary, table);
  return details;
}
