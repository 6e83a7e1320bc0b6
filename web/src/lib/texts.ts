// The islands' texts. The catalogue is web/texts/{zh,en}.json; the page's <html lang> chooses, and the page may
// override any of them in <script type="application/json" data-texts>{"key": "text"}</script>.
import en from "../../texts/en.json";
import zh from "../../texts/zh.json";

export type Key = keyof typeof zh;
export type Texts = Record<Key, string>;

/** The catalogue for a language tag; Chinese unless it is English. */
export function catalogue(lang: string): Texts {
  return lang.toLowerCase().startsWith("en") ? en : zh;
}

/** Fills `{name}` places. A place without a value stays as it is, so that it is seen. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

let texts: Texts | undefined;

/** The text for a key in the page's language. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  if (!texts) {
    texts = { ...catalogue(document.documentElement.lang) };
    for (const script of document.querySelectorAll<HTMLScriptElement>("script[data-texts]")) {
      Object.assign(texts, JSON.parse(script.textContent ?? "{}"));
    }
  }
  return fill(texts[key], values);
}
