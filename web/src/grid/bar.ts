// Above the sheet: which cause to see, undo and redo, the re-check, the pages.
import { t } from "../lib/texts.js";
import { button, el } from "./dom.js";
import type { GridModel } from "./model.js";

export interface BarOwner {
  undo(): void;
  redo(): void;
  recheck(): void;
  chooseGroup(group: string): void;
  acceptGroup(group: string): void;
  dropRows(): void;
  chooseColumns(onlyWrong: boolean): void;
  page(direction: 1 | -1): void;
}

export class Bar {
  readonly element = el("div", { class: "grid-bar" });
  #group = el("select", { class: "grid-group" });
  #acceptAll: HTMLButtonElement;
  #undo: HTMLButtonElement;
  #redo: HTMLButtonElement;
  #recheck: HTMLButtonElement;
  #drop: HTMLButtonElement;
  #previous: HTMLButtonElement;
  #next: HTMLButtonElement;
  #status = el("span", { class: "muted small", role: "status" });

  constructor(
    private readonly model: GridModel,
    owner: BarOwner,
  ) {
    this.#group.setAttribute("aria-label", t("grid-cause"));
    this.#group.addEventListener("change", () => owner.chooseGroup(this.#group.value));
    this.#acceptAll = button(t("grid-accept-all"), () => owner.acceptGroup(this.#group.value));
    this.#undo = button(t("grid-undo"), () => owner.undo(), { "aria-keyshortcuts": "Control+Z", title: "Ctrl+Z" });
    this.#redo = button(t("grid-redo"), () => owner.redo(), { "aria-keyshortcuts": "Control+Y", title: "Ctrl+Y" });
    this.#recheck = button(t("grid-recheck"), () => owner.recheck(), {
      class: "btn small primary",
      "aria-keyshortcuts": "Control+S",
      title: "Ctrl+S",
    });
    this.#drop = button(t("grid-drop"), () => owner.dropRows(), { title: t("grid-drop-help") });
    this.#previous = button("‹", () => owner.page(-1), { "aria-label": t("grid-previous") });
    this.#next = button("›", () => owner.page(1), { "aria-label": t("grid-next") });
    const only = el("input", { type: "checkbox" });
    only.addEventListener("change", () => owner.chooseColumns(only.checked));
    this.element.append(
      this.#group,
      this.#acceptAll,
      el("label", { class: "check small" }, only, t("grid-only-wrong")),
      el("span", { class: "push" }),
      this.#status,
      this.#previous,
      this.#next,
      this.#drop,
      this.#undo,
      this.#redo,
      this.#recheck,
    );
  }

  /** Shows where things stand: causes with their counts, what can be done, which rows are on the page. */
  draw(group: string, offset: number, busy: boolean): void {
    const { groups, total, rows, editCount } = this.model;
    const options = groups.map((g) => el("option", { value: g.id }, `${g.title} (${g.count})`));
    this.#group.replaceChildren(el("option", { value: "" }, t("grid-all-causes")), ...options);
    this.#group.value = group;
    const chosen = groups.find((g) => g.id === group);
    this.#acceptAll.hidden = !chosen?.has_suggestion;
    if (chosen) this.#acceptAll.textContent = t("grid-accept-group", { count: chosen.count });
    this.#undo.disabled = busy || !this.model.canUndo;
    this.#redo.disabled = busy || !this.model.canRedo;
    this.#drop.disabled = busy || rows.length === 0;
    this.#recheck.disabled = busy || editCount === 0;
    this.#recheck.textContent = editCount === 0 ? t("grid-recheck") : t("grid-recheck-count", { count: editCount });
    this.#previous.disabled = busy || offset === 0;
    this.#next.disabled = busy || offset + rows.length >= total;
    this.#status.textContent =
      total === 0 ? t("grid-none") : t("grid-range", { from: offset + 1, to: offset + rows.length, total });
  }
}
