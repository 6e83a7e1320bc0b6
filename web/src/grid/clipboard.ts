// Cells as Excel and WPS put them on the clipboard: tabs between cells, line breaks between rows, quotes around a cell
// that holds either of them.

/** Text from the clipboard to rows of cells; the line break that ends the last row makes no further row. */
export function parseCells(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let at = 0;
  const endCell = () => {
    rows.at(-1)?.push(cell);
    cell = "";
  };
  while (at < text.length) {
    const c = text[at];
    if (c === '"' && cell === "") {
      const closing = closingQuote(text, at + 1);
      if (closing >= 0) {
        cell = text.slice(at + 1, closing).replaceAll('""', '"').replaceAll("\r\n", "\n");
        at = closing + 1;
        continue;
      }
    }
    if (c === "\t") endCell();
    else if (c === "\n" || c === "\r") {
      if (c === "\r" && text[at + 1] === "\n") at += 1;
      endCell();
      if (at + 1 < text.length) rows.push([]);
    } else cell += c;
    at += 1;
  }
  if (text !== "" && !/[\r\n]$/.test(text)) endCell();
  return rows[0]?.length === 0 ? [] : rows;
}

/** Where a quoted cell ends, or -1 when the quote is only a character: it must close before a tab, line break or end. */
function closingQuote(text: string, from: number): number {
  let at = from;
  for (;;) {
    at = text.indexOf('"', at);
    if (at < 0) return -1;
    if (text[at + 1] === '"') {
      at += 2;
      continue;
    }
    const next = text[at + 1];
    return next === undefined || next === "\t" || next === "\n" || next === "\r" ? at : -1;
  }
}

/** Rows of cells to text that Excel takes apart again the same way. */
export function formatCells(rows: string[][]): string {
  const quote = (cell: string) => (/[\t\r\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => row.map(quote).join("\t")).join("\n");
}
