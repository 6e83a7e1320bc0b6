// The console's own words, from the message catalogues, so that a walk reads the page as a person does and a better word
// breaks no walk.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export type Lang = "zh" | "en";

const ROOT = path.resolve(import.meta.dirname, "../..");

function read(lang: Lang): Map<string, string> {
  const islands = JSON.parse(readFileSync(path.join(ROOT, `web/texts/${lang}.json`), "utf8")) as Record<string, string>;
  const found = new Map<string, string>(Object.entries(islands));
  const catalogues = readdirSync(path.join(ROOT, "crates")).map((name) => path.join(ROOT, "crates", name, "locales", `${lang}.ftl`));
  for (const file of catalogues.filter((f) => existsSync(f))) {
    for (const line of readFileSync(file, "utf8").split("\n")) {
      const message = /^([a-z][a-z0-9-]*)\s*=\s*(.*)$/.exec(line);
      if (message) found.set(message[1] as string, message[2] as string);
    }
  }
  return found;
}

const CATALOGUES: Record<Lang, Map<string, string>> = { zh: read("zh"), en: read("en") };

/** The text of a key with its places filled; a key that nobody knows is a fault of the walk. */
export function say(lang: Lang, key: string, values: Record<string, string | number> = {}): string {
  const text = CATALOGUES[lang].get(key);
  if (text === undefined) throw new Error(`no message ${key} in ${lang}`);
  return text.replace(/\{\s*\$?(\w+)\s*\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** The same as a pattern in which every place fits any text. */
export function saying(lang: Lang, key: string): RegExp {
  const text = say(lang, key).replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(text.replace(/\{[^}]*\}/g, ".*"));
}
