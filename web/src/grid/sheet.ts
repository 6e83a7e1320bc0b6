// The rows as a table with the grid pattern of the ARIA practices: one cell has the focus, arrows move it, Shift
// extends the selection, Enter or typing edits. A plain table, so that a screen reader hears what it is.
import { t } from "../lib/texts.js";
import { formatCells, parseCells } from "./clipboard.js";
import { el } from "./dom.js";
import { openEditor } from "./editor.js";
import { command, move } from "./keys.js";
import type { GridModel } from "./model.js";
import { visible } from "./visible.js";

/** What the sheet asks of the one who owns it. */
export interface SheetOwner {
  changed(cells: { row: number; field: string; value: string }[]): void;
  moved(row: number, field: string | null): void;
  undo(): void;
  redo(): void;
  accept(row: number, field: string): void;
  recheck(): void;
  cut(cells: number): void;
}

/** Position in the table: row from 0, column from 0, where -1 is the row number at the left. */
interface Place {
  r: number;
  c: number;
}

export class Sheet {
  readonly element = el("div", { class: "grid-scroll" });
  #table = el("table", { class: "grid", role: "grid", "aria-multiselectable": true });
  #cells: HTMLElement[][] = [];
  #fields: string[] = [];
  #active: Place = { r: 0, c: 0 };
  #anchor: Place = { r: 0, c: 0 };
  #closeEditor: ((keep: boolean) => void) | undefined;

  constructor(
    private readonly model: GridModel,
    private readonly owner: SheetOwner,
  ) {
    this.element.append(this.#table);
    this.#table.setAttribute("aria-label", t("grid-label"));
    this.#table.addEventListener("keydown", (event) => this.#onKey(event));
    this.#table.addEventListener("mousedown", (event) => this.#onMouse(event));
    this.#table.addEventListener("mouseover", (event) => {
      if (event.buttons === 1 && !this.#closeEditor) this.#to(this.#placeOf(event.target), true);
    });
    this.#table.addEventListener("dblclick", () => this.#edit());
    this.#table.addEventListener("paste", (event) => this.#onPaste(event));
    this.#table.addEventListener("copy", (event) => this.#onCopy(event));
  }

  /** Draws all rows anew; with a set, only those columns. */
  draw(onlyColumns?: Set<string>): void {
    this.#closeEditor?.(false);
    const columns = this.model.columns.filter((c) => !onlyColumns || onlyColumns.has(c.code));
    this.#fields = columns.map((c) => c.code);
    const head = el("tr", {}, el("th", { scope: "col", class: "grid-row" }, t("grid-row")));
    for (const column of columns) head.append(el("th", { scope: "col", title: column.code }, column.label));
    const body = el("tbody");
    this.#cells = this.model.rows.map((row) => {
      const number = el("th", { scope: "row", class: "grid-row", tabindex: "-1" }, this.model.place(row.row));
      const cells = this.#fields.map(() => el("td", { role: "gridcell", tabindex: "-1" }));
      body.append(el("tr", {}, number, ...cells));
      return [number, ...cells];
    });
    this.#table.replaceChildren(el("thead", {}, head), body);
    this.#table.setAttribute("aria-rowcount", String(this.model.total + 1));
    this.model.rows.forEach((row) => this.paintRow(row.row));
    this.#to({ r: Math.min(this.#active.r, Math.max(0, this.#cells.length - 1)), c: this.#active.c }, false, false);
  }

  /** Shows a row as the model now has it. */
  paintRow(row: number): void {
    const r = this.model.rows.findIndex((x) => x.row === row);
    const cells = this.#cells[r];
    if (!cells) return;
    const whole = this.model.findings(row, null);
    const number = cells[0];
    if (number) {
      number.className = `grid-row${mark(whole)}`;
      number.title = whole.map((f) => f.why).join("\n");
      number.parentElement?.classList.toggle("mended", this.model.isMended(row));
    }
    this.#fields.forEach((field, c) => {
      const cell = cells[c + 1];
      if (!cell || cell.querySelector("input")) return;
      const findings = this.model.findings(row, field);
      const value = this.model.value(row, field);
      const edited = this.model.isEdited(row, field);
      cell.textContent = findings.length > 0 ? visible(value) : value;
      cell.classList.remove("bad", "iffy");
      if (findings.length > 0) cell.classList.add(mark(findings).trim());
      cell.classList.toggle("edited", edited);
      cell.title = findings.map((f) => `${f.why}\n${f.fix}`).join("\n");
      if (findings.some((f) => f.severity === "reject")) cell.setAttribute("aria-invalid", "true");
      else cell.removeAttribute("aria-invalid");
    });
  }

  /** Puts the focus on a cell of the model, if it is shown; without taking it, it is where the focus will come to. */
  focus(row: number, field: string, take = true): void {
    const r = this.model.rows.findIndex((x) => x.row === row);
    const c = this.#fields.indexOf(field);
    if (r >= 0 && c >= 0) this.#to({ r, c }, false, take);
  }

  /** The cell with the focus. */
  get place(): { row: number; field: string | null } | undefined {
    const row = this.model.rows[this.#active.r];
    return row && { row: row.row, field: this.#fields[this.#active.c] ?? null };
  }

  /** Numbers of the rows in the selection. */
  get selectedRows(): number[] {
    const { top, bottom } = this.#selection();
    return this.model.rows.slice(top, bottom + 1).map((row) => row.row);
  }

  #placeOf(target: EventTarget | null): Place | undefined {
    const cell = (target as Element | null)?.closest?.("td, tbody th");
    if (!cell) return undefined;
    const r = this.#cells.findIndex((row) => row[0]?.parentElement === cell.parentElement);
    const c = this.#cells[r]?.indexOf(cell as HTMLElement) ?? -1;
    return r < 0 || c < 0 ? undefined : { r, c: c - 1 };
  }

  #to(place: Place | undefined, extend: boolean, takeFocus = true): void {
    if (!place || this.#cells.length === 0) return;
    const r = Math.max(0, Math.min(place.r, this.#cells.length - 1));
    const c = Math.max(-1, Math.min(place.c, this.#fields.length - 1));
    const before = this.#cells[this.#active.r]?.[this.#active.c + 1];
    before?.setAttribute("tabindex", "-1");
    this.#active = { r, c };
    if (!extend) this.#anchor = { r, c };
    const now = this.#cells[r]?.[c + 1];
    now?.setAttribute("tabindex", "0");
    this.#paintSelection();
    if (takeFocus) now?.focus();
    const row = this.model.rows[r];
    if (row) this.owner.moved(row.row, this.#fields[c] ?? null);
  }

  /** The selected rectangle, edges included. */
  #selection(): { top: number; bottom: number; left: number; right: number } {
    const [a, b] = [this.#anchor, this.#active];
    return {
      top: Math.min(a.r, b.r),
      bottom: Math.max(a.r, b.r),
      left: Math.max(0, Math.min(a.c, b.c)),
      right: Math.max(a.c, b.c),
    };
  }

  #paintSelection(): void {
    for (const cell of this.#table.querySelectorAll('[aria-selected="true"]')) cell.removeAttribute("aria-selected");
    const { top, bottom, left, right } = this.#selection();
    if (top === bottom && left === right) return;
    for (let r = top; r <= bottom; r += 1) {
      for (let c = left; c <= right; c += 1) this.#cells[r]?.[c + 1]?.setAttribute("aria-selected", "true");
    }
  }

  #selected(): { row: number; field: string }[][] {
    const { top, bottom, left, right } = this.#selection();
    return this.model.rows
      .slice(top, bottom + 1)
      .map((row) => this.#fields.slice(left, right + 1).map((field) => ({ row: row.row, field })));
  }

  #onMouse(event: MouseEvent): void {
    const place = this.#placeOf(event.target);
    if (!place || (event.target as Element).closest("input")) return;
    event.preventDefault();
    this.#closeEditor?.(true);
    this.#to(place, event.shiftKey);
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#closeEditor) return;
    const place = this.place;
    const asked = command(event);
    if (asked && place) {
      event.preventDefault();
      const { row, field } = place;
      if (asked === "undo" || asked === "redo" || asked === "recheck") this.owner[asked]();
      else if (asked === "accept" && field !== null) this.owner.accept(row, field);
      else if (asked === "clear") this.owner.changed(this.#selected().flat().map((cell) => ({ ...cell, value: "" })));
      else if (asked === "edit") this.#edit();
      else if (asked === "next-wrong" || asked === "previous-wrong") {
        const wrong = this.model.nextWrong(row, field, asked === "next-wrong" ? 1 : -1);
        if (wrong) this.focus(wrong.row, wrong.field);
      }
      return;
    }
    const moved = move(event, this.#active, this.#cells.length, this.#fields.length);
    if (moved) {
      event.preventDefault();
      this.#to(moved, event.shiftKey && event.key !== "Tab");
    } else if (event.key === "Process" || (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey)) {
      // The key itself, or the input method's first one, goes into the field that opens here.
      this.#edit("");
    }
  }

  #edit(start?: string): void {
    const place = this.place;
    const cell = this.#cells[this.#active.r]?.[this.#active.c + 1];
    if (!place || !cell || place.field === null || this.#closeEditor) return;
    const { row, field } = place;
    const column = this.model.columns.find((c) => c.code === field);
    if (!column) return;
    this.#closeEditor = openEditor(cell, column, this.model.value(row, field), start, (value, step) => {
      this.#closeEditor = undefined;
      if (value !== undefined) this.owner.changed([{ row, field, value }]);
      this.paintRow(row);
      if (step) this.#to({ r: this.#active.r + step.r, c: this.#active.c + step.c }, false);
    });
  }

  #onPaste(event: ClipboardEvent): void {
    if (this.#closeEditor) return;
    event.preventDefault();
    const cells = parseCells(event.clipboardData?.getData("text/plain") ?? "");
    const { top, left } = this.#selection();
    const single = cells.length === 1 && cells[0]?.length === 1 ? cells[0][0] : undefined;
    if (single !== undefined) {
      // One value into everything selected, as spreadsheets do.
      this.owner.changed(this.#selected().flat().map((cell) => ({ ...cell, value: single })));
      return;
    }
    const changes = cells.flatMap((line, r) =>
      line.flatMap((value, c) => {
        const row = this.model.rows[top + r];
        const field = this.#fields[left + c];
        return row && field !== undefined ? [{ row: row.row, field, value }] : [];
      }),
    );
    this.owner.changed(changes);
    const outside = cells.flat().length - changes.length;
    if (outside > 0) this.owner.cut(outside);
  }

  #onCopy(event: ClipboardEvent): void {
    if (this.#closeEditor) return;
    event.preventDefault();
    const text = formatCells(this.#selected().map((line) => line.map(({ row, field }) => this.model.value(row, field))));
    event.clipboardData?.setData("text/plain", text);
  }
}

function mark(findings: { severity: string }[]): string {
  if (findings.length === 0) return "";
  return findings.some((f) => f.severity === "reject") ? " bad" : " iffy";
}
