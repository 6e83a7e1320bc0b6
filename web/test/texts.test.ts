import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { catalogue, fill } from "../src/lib/texts.js";

const zh = catalogue("zh-CN");
const en = catalogue("en");

test("both languages have the same keys and the same places to fill", () => {
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
    assert.deepEqual(places(zh[key]), places(en[key]), key);
  }
});

test("every text is used", () => {
  const sources: string[] = [];
  const walk = (folder: string) => {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      if (statSync(file).isDirectory()) walk(file);
      else if (file.endsWith(".ts")) sources.push(readFileSync(file, "utf8"));
    }
  };
  walk("src");
  const all = sources.join("\n");
  const unused = Object.keys(zh).filter((key) => !all.includes(`"${key}"`));
  assert.deepEqual(unused, []);
});

test("a place without a value stays visible", () => {
  assert.equal(fill("{a} of {b}", { a: 3 }), "3 of {b}");
});

test("an unknown language reads Chinese", () => {
  assert.equal(catalogue("fr"), zh);
  assert.equal(catalogue("en-GB"), en);
});
