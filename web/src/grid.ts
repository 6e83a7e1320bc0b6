// The correction grid: <div data-grid="/submissions/{id}" data-page-size="200"></div>. README.md has the requests.
import { Bar } from "./grid/bar.js";
import type { Row, WrongRows } from "./grid/contract.js";
import { el } from "./grid/dom.js";
import { GridModel } from "./grid/model.js";
import { Panel } from "./grid/panel.js";
import { Sheet } from "./grid/sheet.js";
import { json, Problem } from "./lib/http.js";
import { t } from "./lib/texts.js";
import { toast } from "./lib/toast.js";

class CorrectionGrid {
  #model = new GridModel();
  #bar = new Bar(this.#model, this);
  #panel = new Panel(this.#model, this);
  #sheet = new Sheet(this.#model, this);
  #base: string;
  #size: number;
  #offset = 0;
  #group = "";
  #onlyWrong = false;
  #busy = false;

  constructor(private readonly root: HTMLElement) {
    this.#base = root.dataset["grid"] ?? "";
    this.#size = Number(root.dataset["pageSize"] ?? "200");
    this.#group = root.dataset["group"] ?? "";
    root.classList.add("grid-root");
    root.replaceChildren(
      this.#bar.element,
      el("div", { class: "grid-split" }, this.#sheet.element, this.#panel.element),
      el("p", { class: "muted small grid-help" }, t("grid-help")),
    );
    window.addEventListener("beforeunload", (event) => {
      if (this.#model.editCount > 0) event.preventDefault();
    });
  }

  async load(): Promise<void> {
    await this.#work(async () => {
      const query = new URLSearchParams({ offset: String(this.#offset), limit: String(this.#size) });
      if (this.#group) query.set("group", this.#group);
      const read = async () => json<WrongRows>(`${this.#base}/wrong-rows.json?${query}`);
      let page = await read();
      // The cause it was opened for may have been mended since: the others are shown.
      if (this.#group && page.rows.length === 0 && !page.groups.some((g) => g.id === this.#group)) {
        this.#group = "";
        query.delete("group");
        page = await read();
      }
      this.#model.load(page);
      this.#drawSheet();
      // The explanation of the first wrong cell stands there from the beginning.
      const top = this.#model.rows[0];
      const wrong = top && this.#model.nextWrong(top.row, null, 1);
      if (wrong) this.#sheet.focus(wrong.row, wrong.field, false);
    });
  }

  // What the sheet, the bar and the panel ask for.

  changed(cells: { row: number; field: string; value: string }[]): void {
    const rows = new Set(this.#model.set(cells).map((c) => c.row));
    for (const row of rows) this.#sheet.paintRow(row);
    this.#refresh();
  }

  moved(row: number, field: string | null): void {
    this.#panel.show(row, field);
  }

  /** Cells of a paste had no place. */
  cut(cells: number): void {
    toast(t("grid-paste-cut", { count: cells }), "info");
  }

  accept(row: number, field: string): void {
    const value = this.#model.suggestion(row, field);
    if (value === undefined) return;
    this.changed([{ row, field, value }]);
    const next = this.#model.nextWrong(row, field, 1);
    if (next) this.#sheet.focus(next.row, next.field);
  }

  async acceptGroup(group: string): Promise<void> {
    if (!group) return;
    await this.#work(async () => {
      const done = await json<{ count: number; undo: string }>(`${this.#base}/accept`, { group });
      this.#model.acceptedGroup(group, done.undo);
      toast(t("grid-accepted", { count: done.count }), "ok");
      this.#tellPage();
    });
    this.#group = "";
    this.#offset = 0;
    await this.load();
  }

  async undo(): Promise<void> {
    if (this.#busy) return;
    const step = this.#model.undo();
    if (step?.kind === "cells") {
      this.#repaint(step.changes.map((c) => c.row));
      const first = step.changes[0];
      if (first) this.#sheet.focus(first.row, first.field);
    } else if (step) {
      await this.#work(async () => {
        const done = await json<{ count: number }>(`${this.#base}/undo`, { undo: step.undo });
        toast(t("grid-undone", { count: done.count }), "ok");
        this.#tellPage();
      });
      await this.load();
    }
  }

  async redo(): Promise<void> {
    if (this.#busy) return;
    const step = this.#model.redo();
    if (step?.kind === "group") await this.acceptGroup(step.group);
    else if (step?.kind === "cells") this.#repaint(step.changes.map((c) => c.row));
  }

  async recheck(): Promise<void> {
    const sent = this.#model.mends();
    if (sent.length === 0) return;
    let stale = false;
    await this.#work(async () => {
      try {
        const checked = await json<{ rows: Row[]; remaining: number; undo: string }>(`${this.#base}/mend`, { rows: sent });
        this.#model.absorb(checked.rows, sent, checked.undo);
        this.#repaint(checked.rows.map((r) => r.row));
        const mended = checked.rows.filter((r) => r.findings.length === 0).length;
        toast(t("grid-rechecked", { mended, remaining: checked.remaining }), mended > 0 ? "ok" : "info");
        this.#tellPage();
      } catch (error) {
        stale = error instanceof Problem && error.status === 409;
        throw error;
      }
    });
    // Somebody else mended the same rows: take theirs as the ground, with ours still on top to be looked at.
    if (stale) await this.load();
  }

  /** The rows of the selection are not to be handed in after all. */
  async dropRows(): Promise<void> {
    const rows = this.#sheet.selectedRows;
    if (rows.length === 0 || !window.confirm(t("grid-drop-question", { count: rows.length }))) return;
    await this.#work(async () => {
      const asked = rows.map((row) => ({ row, version: this.#model.version(row) }));
      const done = await json<{ count: number; undo: string }>(`${this.#base}/drop`, { rows: asked });
      this.#model.dropped(rows, done.undo);
      toast(t("grid-dropped", { count: done.count }), "ok");
      this.#tellPage();
    });
    await this.load();
  }

  chooseGroup(group: string): void {
    this.#group = group;
    this.#offset = 0;
    void this.load();
  }

  chooseColumns(onlyWrong: boolean): void {
    this.#onlyWrong = onlyWrong;
    this.#drawSheet();
  }

  page(direction: 1 | -1): void {
    this.#offset = Math.max(0, this.#offset + direction * this.#size);
    void this.load();
  }

  async #work(task: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.root.setAttribute("aria-busy", "true");
    this.#refresh();
    try {
      await task();
    } catch (error) {
      toast(error instanceof Problem ? error.message : t("network-failed"), "error");
      if (!(error instanceof Problem)) console.error(error);
    } finally {
      this.#busy = false;
      this.root.removeAttribute("aria-busy");
      this.#refresh();
    }
  }

  #drawSheet(): void {
    this.#sheet.draw(this.#onlyWrong ? this.#model.wrongColumns() : undefined);
    this.#refresh();
  }

  #repaint(rows: number[]): void {
    for (const row of new Set(rows)) this.#sheet.paintRow(row);
    this.#refresh();
  }

  #refresh(): void {
    this.#bar.draw(this.#group, this.#offset, this.#busy);
    const place = this.#sheet.place;
    if (place) this.#panel.show(place.row, place.field);
    else this.#panel.element.replaceChildren(el("p", { class: "muted" }, t("grid-none")));
  }

  /** Counts elsewhere on the page are the server's: `data-follow` has them fetched. */
  #tellPage(): void {
    document.body.dispatchEvent(new CustomEvent("mended", { bubbles: true }));
  }
}

/** Opens every grid below `root` that is not open yet. */
export function openGrids(root: ParentNode): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-grid]:not([data-ready])")) {
    place.dataset["ready"] = "";
    void new CorrectionGrid(place).load();
  }
}
