// What the keys mean while no cell is being edited.

export type Command =
  | "undo"
  | "redo"
  | "accept"
  | "recheck"
  | "clear"
  | "edit"
  | "next-wrong"
  | "previous-wrong";

type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

export function command(event: Key): Command | undefined {
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (control && key === "z") return event.shiftKey ? "redo" : "undo";
  if (control && key === "y") return "redo";
  if (control && (key === "s" || key === "enter")) return "recheck";
  if (event.altKey && key === "enter") return "accept";
  if (control || event.altKey) return undefined;
  if (key === "f8") return event.shiftKey ? "previous-wrong" : "next-wrong";
  if (key === "delete" || key === "backspace") return "clear";
  if (key === "enter" || key === "f2") return "edit";
  return undefined;
}

/** Where a key moves the focus, in a table of `rows` by `columns` with the row number at column -1. */
export function move(
  event: Key,
  at: { r: number; c: number },
  rows: number,
  columns: number,
): { r: number; c: number } | undefined {
  const control = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case "ArrowUp":
      return { r: control ? 0 : at.r - 1, c: at.c };
    case "ArrowDown":
      return { r: control ? rows - 1 : at.r + 1, c: at.c };
    case "ArrowLeft":
      return { r: at.r, c: control ? 0 : at.c - 1 };
    case "ArrowRight":
      return { r: at.r, c: control ? columns - 1 : at.c + 1 };
    case "Home":
      return { r: control ? 0 : at.r, c: 0 };
    case "End":
      return { r: control ? rows - 1 : at.r, c: columns - 1 };
    case "PageUp":
      return { r: at.r - 15, c: at.c };
    case "PageDown":
      return { r: at.r + 15, c: at.c };
    default:
      // Tab is left to the browser: it leaves the grid, as the pattern has it.
      return undefined;
  }
}
