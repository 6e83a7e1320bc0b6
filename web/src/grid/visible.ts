// Characters that cannot be seen are what is wrong with many a value: show them.
const MARKS: Record<string, string> = {
  " ": "·",
  "\t": "→",
  "\n": "↵",
  "\r": "↵",
  "\u00a0": "⍽",
  "\u3000": "□",
  "\u200b": "∅",
  "\u200c": "∅",
  "\u200d": "∅",
  "\ufeff": "∅",
};

/** The value with blanks and invisible characters as marks. */
export function visible(value: string): string {
  return value.replaceAll("\r\n", "\n").replace(/[ \t\r\n\u00a0\u3000\u200b-\u200d\ufeff]/g, (c) => MARKS[c] ?? c);
}

/** Whether a value has blanks at an end, or characters that cannot be seen. */
export function hidesSomething(value: string): boolean {
  return value !== value.trim() || /[\t\r\n\u00a0\u3000\u200b-\u200d\ufeff]| {2}/.test(value);
}
