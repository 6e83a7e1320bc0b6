// The field inside a cell while it is edited; a closed code list offers its values.
import { t } from "../lib/texts.js";
import type { Column } from "./contract.js";
import { el } from "./dom.js";

type Step = { r: number; c: number };

let lists = 0;

/**
 * Opens the field. `start` replaces the value (typing over a cell). Calls `done` once, with the new value or with
 * nothing when it was given up or left as it was, and with the way the focus should go.
 * Returns a function that closes it from outside, keeping or dropping what was typed.
 */
export function openEditor(
  cell: HTMLElement,
  column: Column,
  value: string,
  start: string | undefined,
  done: (value: string | undefined, step: Step | undefined) => void,
): (keep: boolean) => void {
  const input = el("input", { class: "grid-input", "aria-label": `${column.label} ${t("grid-editing")}`, autocomplete: "off" });
  input.value = start ?? value;
  // A one-line field drops line breaks; without further typing that is no edit.
  const shown = input.value;
  const children: Node[] = [input];
  if (column.list?.length) {
    const id = `grid-list-${(lists += 1)}`;
    input.setAttribute("list", id);
    children.push(el("datalist", { id }, ...column.list.map((o) => el("option", { value: o.code }, o.label))));
  }
  cell.replaceChildren(...children);
  cell.classList.add("editing");
  input.focus();
  if (start === undefined) input.select();

  let open = true;
  let typedIn = false;
  const close = (keep: boolean, step?: Step) => {
    if (!open) return;
    open = false;
    const typed = input.value;
    cell.classList.remove("editing");
    cell.replaceChildren();
    // An input method that was opened and given up has typed nothing: that clears no cell.
    const changed = keep && (typedIn || typed !== shown) && typed !== value;
    done(changed ? typed : undefined, step);
  };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter") close(true, { r: event.shiftKey ? -1 : 1, c: 0 });
    else if (event.key === "Tab") close(true, { r: 0, c: event.shiftKey ? -1 : 1 });
    else if (event.key === "Escape") close(false, { r: 0, c: 0 });
    else return;
    event.preventDefault();
  });
  input.addEventListener("input", () => (typedIn = true));
  for (const name of ["paste", "copy", "mousedown", "dblclick"]) {
    input.addEventListener(name, (event) => event.stopPropagation());
  }
  input.addEventListener("blur", () => close(true));
  return (keep) => close(keep, { r: 0, c: 0 });
}
