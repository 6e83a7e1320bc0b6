import assert from "node:assert/strict";
import { test } from "node:test";
import type { Row, WrongRows } from "../src/grid/contract.js";
import { GridModel } from "../src/grid/model.js";

const finding = (field: string | null, suggestion?: string) =>
  ({ field, code: "x", severity: "reject", why: "why", fix: "fix", suggestion: suggestion ?? null, group: "g" }) as const;

function row(number: number, values: Record<string, string>, ...findings: Row["findings"]): Row {
  return { row: number, version: 1, values, findings };
}

function page(...rows: Row[]): WrongRows {
  return {
    columns: [
      { code: "name", label: "名称", type: "text" },
      { code: "uscc", label: "统一社会信用代码", type: "text" },
      { code: "date", label: "日期", type: "date" },
    ],
    rows,
    groups: [],
    total: rows.length,
  };
}

function loaded(): GridModel {
  const model = new GridModel();
  model.load(
    page(
      row(2, { name: "甲", uscc: "9１", date: "2024" }, finding("uscc", "91"), finding("date")),
      row(5, { name: "乙 ", uscc: "92", date: "2024-01-01" }, finding("name", "乙")),
    ),
  );
  return model;
}

test("an edit hides the finding of its old value, and undo brings both back", () => {
  const model = loaded();
  assert.equal(model.suggestion(2, "uscc"), "91");
  model.set([{ row: 2, field: "uscc", value: "91" }]);
  assert.equal(model.value(2, "uscc"), "91");
  assert.deepEqual(model.findings(2, "uscc"), []);
  assert.equal(model.editCount, 1);
  model.undo();
  assert.equal(model.value(2, "uscc"), "9１");
  assert.equal(model.findings(2, "uscc").length, 1);
  assert.equal(model.editCount, 0);
  model.redo();
  assert.equal(model.value(2, "uscc"), "91");
});

test("a paste is one step, and cells outside the grid are left out", () => {
  const model = loaded();
  const changes = model.set([
    { row: 2, field: "name", value: "丙" },
    { row: 5, field: "name", value: "丁" },
    { row: 9, field: "name", value: "戊" },
    { row: 5, field: "nowhere", value: "己" },
    { row: 5, field: "uscc", value: "92" },
  ]);
  assert.equal(changes.length, 2, "rows and columns that are not there, and equal values, change nothing");
  model.undo();
  assert.equal(model.value(2, "name"), "甲");
  assert.equal(model.value(5, "name"), "乙 ");
  assert.equal(model.canUndo, false);
});

test("a new edit ends what could be redone", () => {
  const model = loaded();
  model.set([{ row: 2, field: "name", value: "一" }]);
  model.undo();
  assert.equal(model.canRedo, true);
  model.set([{ row: 2, field: "name", value: "二" }]);
  assert.equal(model.canRedo, false);
});

test("typing the received value again is no edit", () => {
  const model = loaded();
  model.set([{ row: 2, field: "name", value: "一" }]);
  model.set([{ row: 2, field: "name", value: "甲" }]);
  assert.equal(model.editCount, 0);
  assert.deepEqual(model.mends(), []);
});

test("what is sent carries the version and only what changed", () => {
  const model = loaded();
  model.set([{ row: 5, field: "name", value: "乙" }]);
  assert.deepEqual(model.mends(), [{ row: 5, version: 1, values: { name: "乙" } }]);
});

test("after the re-check the row is mended, or still wrong with its new value", () => {
  const model = loaded();
  model.set([
    { row: 5, field: "name", value: "乙" },
    { row: 2, field: "uscc", value: "9" },
  ]);
  const sent = model.mends();
  model.absorb(
    [
      { ...row(5, { name: "乙", uscc: "92", date: "2024-01-01" }), version: 2 },
      { ...row(2, { name: "甲", uscc: "9", date: "2024" }, finding("uscc")), version: 2 },
    ],
    sent,
    "edit:1",
  );
  assert.equal(model.isMended(5), true);
  assert.equal(model.isMended(2), false);
  assert.equal(model.editCount, 0);
  assert.equal(model.findings(2, "uscc").length, 1);
  assert.deepEqual(model.undo(), { kind: "mend", undo: "edit:1" }, "what the server checked, the server takes back");
  assert.equal(model.value(2, "uscc"), "9");
  assert.equal(model.canRedo, false);
});

test("what was typed while the request was under way stays an edit", () => {
  const model = loaded();
  model.set([{ row: 5, field: "name", value: "乙" }]);
  const sent = model.mends();
  model.set([{ row: 5, field: "name", value: "乙公司" }]);
  model.absorb([{ ...row(5, { name: "乙", uscc: "92", date: "2024-01-01" }), version: 2 }], sent, "edit:1");
  assert.deepEqual(model.mends(), [{ row: 5, version: 2, values: { name: "乙公司" } }]);
});

test("edits stay when the page is turned and back", () => {
  const model = loaded();
  model.set([{ row: 2, field: "name", value: "一" }]);
  model.load(page(row(9, { name: "壬", uscc: "", date: "" }, finding("uscc"))));
  assert.equal(model.editCount, 1);
  model.load(page({ ...row(2, { name: "甲", uscc: "9１", date: "2024" }, finding("uscc")), version: 3 }));
  assert.equal(model.value(2, "name"), "一");
  assert.deepEqual(model.mends(), [{ row: 2, version: 3, values: { name: "一" } }]);
});

test("the way from one wrong cell to the next goes round", () => {
  const model = loaded();
  assert.deepEqual(model.nextWrong(2, null, 1), { row: 2, field: "uscc" });
  assert.deepEqual(model.nextWrong(2, "uscc", 1), { row: 2, field: "date" });
  assert.deepEqual(model.nextWrong(2, "date", 1), { row: 5, field: "name" });
  assert.deepEqual(model.nextWrong(5, "name", 1), { row: 2, field: "uscc" });
  assert.deepEqual(model.nextWrong(2, "uscc", -1), { row: 5, field: "name" });
});

test("the server's steps are taken back in its own order", () => {
  const model = loaded();
  model.set([{ row: 2, field: "name", value: "一" }]);
  model.acceptedGroup("g", "token");
  model.absorb([], model.mends(), "edit:1");
  assert.deepEqual(
    [model.undo()?.kind, model.undo()?.kind, model.undo()],
    ["mend", "group", undefined],
    "the edit made before the group was sent after it",
  );
});

test("rows of several sheets are called by sheet and number", () => {
  const model = new GridModel();
  model.load(page({ ...row(7, { name: "甲" }), place: "表二 3" }, row(8, { name: "乙" })));
  assert.equal(model.place(7), "表二 3");
  assert.equal(model.place(8), "8");
});

test("a group accepted on the server is a step of its own", () => {
  const model = loaded();
  model.acceptedGroup("g", "token");
  assert.deepEqual(model.undo(), { kind: "group", group: "g", undo: "token" });
  assert.deepEqual(model.redo(), { kind: "group", group: "g", undo: "token" });
  assert.equal(model.canUndo, false, "a group done again comes with a new token from the server");
});
