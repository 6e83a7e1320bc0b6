// Beside the sheet: what is wrong at the cell with the focus, why, how to mend it, and the remedy to take.
import { t } from "../lib/texts.js";
import type { Finding } from "./contract.js";
import { button, el } from "./dom.js";
import type { GridModel } from "./model.js";
import { hidesSomething, visible } from "./visible.js";

export interface PanelOwner {
  accept(row: number, field: string): void;
  acceptGroup(group: string): void;
}

export class Panel {
  readonly element = el("aside", { class: "grid-panel", "aria-live": "polite" });

  constructor(
    private readonly model: GridModel,
    private readonly owner: PanelOwner,
  ) {
    this.element.setAttribute("aria-label", t("grid-panel"));
  }

  show(row: number, field: string | null): void {
    const column = this.model.columns.find((c) => c.code === field);
    const place = t("grid-place", { row: this.model.place(row), column: column?.label ?? t("grid-whole-row") });
    this.element.replaceChildren(el("h3", {}, place));
    if (field !== null) this.#value(row, field);
    const findings = [...this.model.findings(row, field), ...(field === null ? [] : this.model.findings(row, null))];
    for (const finding of findings) this.#finding(row, finding);
    if (findings.length === 0) {
      const edited = field !== null && this.model.isEdited(row, field);
      const text = edited ? t("grid-edited") : this.model.isMended(row) ? t("grid-mended") : t("grid-no-finding");
      this.element.append(el("p", { class: "muted" }, text));
    }
  }

  #value(row: number, field: string): void {
    const value = this.model.value(row, field);
    const wrong = this.model.findings(row, field).length > 0;
    const shown = value === "" ? el("em", { class: "muted" }, t("grid-empty")) : el("code", { class: wrong ? "wrong" : "" }, visible(value));
    this.element.append(el("p", {}, shown));
    if (hidesSomething(value)) this.element.append(el("p", { class: "muted small" }, t("grid-marks")));
  }

  #finding(row: number, finding: Finding): void {
    const reject = finding.severity === "reject";
    const box = el(
      "section",
      { class: `grid-finding ${finding.severity}` },
      el("p", {}, el("span", { class: `badge ${finding.severity}` }, t(reject ? "grid-reject" : "grid-warn")), " ", finding.why),
      el("p", { class: "muted" }, finding.fix),
    );
    if (finding.faq) box.append(el("p", { class: "small" }, el("a", { href: finding.faq }, t("grid-faq"))));
    const { field, suggestion } = finding;
    if (field !== null && typeof suggestion === "string") {
      box.append(
        el("p", {}, el("code", { class: "right" }, suggestion === "" ? t("grid-empty") : visible(suggestion))),
        button(t("grid-accept"), () => this.owner.accept(row, field), { class: "btn small primary", "aria-keyshortcuts": "Alt+Enter" }),
      );
    }
    const group = this.model.groups.find((g) => g.id === finding.group);
    if (group?.has_suggestion && group.count > 1) {
      box.append(button(t("grid-accept-group", { count: group.count }), () => this.owner.acceptGroup(group.id)));
    }
    this.element.append(box);
  }
}
