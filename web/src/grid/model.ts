// The state of the grid without a page: rows as the server sent them, edits on top, undo and redo. Edits are kept apart
// from the rows, so they survive turning the page and loading again.
import type { Column, Finding, Group, Mend, Row, WrongRows } from "./contract.js";

export interface Change {
  row: number;
  field: string;
  from: string;
  to: string;
}

/**
 * One step for undo: cells changed here and not sent yet; or a step that the server keeps, which takes back its last one:
 * a group accepted, or edits checked again.
 */
export type Step =
  | { kind: "cells"; changes: Change[] }
  | { kind: "group"; group: string; undo: string }
  | { kind: "mend"; undo: string };

interface Edited {
  version: Row["version"];
  values: Map<string, string>;
}

export class GridModel {
  columns: Column[] = [];
  rows: Row[] = [];
  groups: Group[] = [];
  total = 0;

  /** Every row seen so far, so that undo reaches rows of another page. */
  #byNumber = new Map<number, Row>();
  #edits = new Map<number, Edited>();
  #undo: Step[] = [];
  #redo: Step[] = [];

  /** Takes a page of wrong rows; edits of rows shown or not shown stay. */
  load(page: WrongRows): void {
    this.columns = page.columns;
    this.groups = page.groups;
    this.total = page.total;
    this.rows = page.rows;
    for (const row of page.rows) {
      this.#byNumber.set(row.row, row);
      this.#rebase(row);
    }
  }

  /** The value as it stands: edited, or as received. */
  value(row: number, field: string): string {
    return this.#edits.get(row)?.values.get(field) ?? this.#byNumber.get(row)?.values[field] ?? "";
  }

  isEdited(row: number, field: string): boolean {
    return this.#edits.get(row)?.values.has(field) ?? false;
  }

  /** Findings of a cell (or, with null, of the row as a whole) that still speak of the value shown. */
  findings(row: number, field: string | null): Finding[] {
    if (field !== null && this.isEdited(row, field)) return [];
    return this.#byNumber.get(row)?.findings.filter((f) => f.field === field) ?? [];
  }

  /** True when the last check found nothing and nothing has been edited since. */
  isMended(row: number): boolean {
    return this.#byNumber.get(row)?.findings.length === 0 && !this.#edits.has(row);
  }

  get editCount(): number {
    let count = 0;
    for (const edited of this.#edits.values()) count += edited.values.size;
    return count;
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  get canRedo(): boolean {
    return this.#redo.length > 0;
  }

  /** Sets values as one step. Returns the cells that really changed. */
  set(cells: { row: number; field: string; value: string }[]): Change[] {
    const changes: Change[] = [];
    for (const { row, field, value } of cells) {
      if (!this.#byNumber.has(row) || !this.columns.some((c) => c.code === field)) continue;
      const from = this.value(row, field);
      if (from === value) continue;
      changes.push({ row, field, from, to: value });
      this.#put(row, field, value);
    }
    if (changes.length > 0) this.#push({ kind: "cells", changes });
    return changes;
  }

  /** The value the checker proposes for a cell, if it proposes one. */
  suggestion(row: number, field: string): string | undefined {
    const found = this.findings(row, field).find((f) => typeof f.suggestion === "string");
    return found?.suggestion ?? undefined;
  }

  /** Notes that the server accepted a group's suggestions. */
  acceptedGroup(group: string, undo: string): void {
    this.#push({ kind: "group", group, undo });
  }

  /** Notes that the server took rows out; edits made to them go with them. */
  dropped(rows: number[], undo: string): void {
    for (const row of rows) this.#edits.delete(row);
    this.#undo = this.#undo.filter((step) => step.kind !== "cells" || !step.changes.some((c) => rows.includes(c.row)));
    this.#push({ kind: "mend", undo });
  }

  /** The version of a row as it is known here. */
  version(row: number): Row["version"] | undefined {
    return this.#byNumber.get(row)?.version;
  }

  /** Takes the last step back. Cells are set here; a step of the server is for the caller to undo there. */
  undo(): Step | undefined {
    const step = this.#undo.pop();
    if (step?.kind === "cells") {
      for (const c of [...step.changes].reverse()) this.#put(c.row, c.field, c.from);
    }
    // What the server checked and took back would have to be sent anew: that is for the person to decide.
    if (step?.kind === "mend") this.#redo = [];
    else if (step) this.#redo.push(step);
    return step;
  }

  /** Does the last undone step again; a group is for the caller to accept on the server anew. */
  redo(): Step | undefined {
    const step = this.#redo.pop();
    if (!step) return undefined;
    if (step.kind === "cells") {
      for (const c of step.changes) this.#put(c.row, c.field, c.to);
      this.#undo.push(step);
    }
    return step;
  }

  /** What has been edited, to be checked again. */
  mends(): Mend[] {
    return [...this.#edits].map(([row, edited]) => ({
      row,
      version: edited.version,
      values: Object.fromEntries(edited.values),
    }));
  }

  /** Takes rows after their re-check: what was sent is now what the server holds. */
  absorb(checked: Row[], sent: Mend[], undo: string): void {
    for (const mend of sent) {
      const edited = this.#edits.get(mend.row);
      if (!edited) continue;
      // Typed further while the request was under way: that part stays an edit.
      for (const [field, value] of Object.entries(mend.values)) {
        if (edited.values.get(field) === value) edited.values.delete(field);
      }
      if (edited.values.size === 0) this.#edits.delete(mend.row);
    }
    for (const row of checked) this.#replace(row);
    // The cells are one step of the server now, and it takes its steps back in its own order.
    this.#undo = this.#undo.filter((step) => step.kind !== "cells");
    this.#push({ kind: "mend", undo });
  }

  /** What a person calls a row. */
  place(row: number): string {
    return this.#byNumber.get(row)?.place ?? String(row);
  }

  /** The next wrong cell after a place in reading order, round the end; backwards with -1. */
  nextWrong(row: number, field: string | null, direction: 1 | -1): { row: number; field: string } | undefined {
    const places = this.rows.flatMap((r) =>
      this.columns.filter((c) => this.findings(r.row, c.code).length > 0).map((c) => ({ row: r.row, field: c.code })),
    );
    const order = (place: { row: number; field: string | null }) =>
      this.rows.findIndex((r) => r.row === place.row) * (this.columns.length + 1) +
      this.columns.findIndex((c) => c.code === place.field);
    const here = order({ row, field });
    if (direction === 1) return places.find((p) => order(p) > here) ?? places[0];
    return places.findLast((p) => order(p) < here) ?? places.at(-1);
  }

  /** Columns in which any row shown has a finding. */
  wrongColumns(): Set<string> {
    return new Set(this.rows.flatMap((r) => r.findings.map((f) => f.field)).filter((f) => f !== null));
  }

  #push(step: Step): void {
    this.#undo.push(step);
    this.#redo = [];
  }

  #put(row: number, field: string, value: string): void {
    const received = this.#byNumber.get(row);
    const edited = this.#edits.get(row);
    if (received && (received.values[field] ?? "") === value) {
      edited?.values.delete(field);
      if (edited?.values.size === 0) this.#edits.delete(row);
    } else if (edited) {
      edited.values.set(field, value);
    } else if (received) {
      this.#edits.set(row, { version: received.version, values: new Map([[field, value]]) });
    }
  }

  #replace(row: Row): void {
    const at = this.rows.findIndex((r) => r.row === row.row);
    if (at >= 0) this.rows[at] = row;
    if (this.#byNumber.has(row.row)) this.#byNumber.set(row.row, row);
    this.#rebase(row);
  }

  /** Puts our edits of a row on top of its newest version; an edit that says the same is none. */
  #rebase(row: Row): void {
    const edited = this.#edits.get(row.row);
    if (!edited) return;
    edited.version = row.version;
    for (const [field, value] of edited.values) {
      if ((row.values[field] ?? "") === value) edited.values.delete(field);
    }
    if (edited.values.size === 0) this.#edits.delete(row.row);
  }
}
