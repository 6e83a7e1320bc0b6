import assert from "node:assert/strict";
import { test } from "node:test";
import { formatCells, parseCells } from "../src/grid/clipboard.js";
import { hidesSomething, visible } from "../src/grid/visible.js";

test("a block from Excel", () => {
  assert.deepEqual(parseCells("甲\t1\r\n乙\t2\r\n"), [
    ["甲", "1"],
    ["乙", "2"],
  ]);
});

test("one cell, an empty cell, nothing", () => {
  assert.deepEqual(parseCells("甲"), [["甲"]]);
  assert.deepEqual(parseCells("甲\t"), [["甲", ""]]);
  assert.deepEqual(parseCells("\t甲"), [["", "甲"]]);
  assert.deepEqual(parseCells("a\n\nb\n"), [["a"], [""], ["b"]]);
  assert.deepEqual(parseCells(""), []);
});

test("a cell with a line break, a tab and quotes", () => {
  assert.deepEqual(parseCells('"甲\r\n乙"\t"a\tb"\t"say ""hi"""\r\nx\ty\tz'), [
    ["甲\n乙", "a\tb", 'say "hi"'],
    ["x", "y", "z"],
  ]);
});

test("a quote that is only a character", () => {
  assert.deepEqual(parseCells('"甲" 公司\t5" 管'), [['"甲" 公司', '5" 管']]);
});

test("what is copied can be pasted", () => {
  const cells = [
    ["甲\n乙", "a\tb", '"'],
    ["", "x", "y"],
  ];
  assert.deepEqual(parseCells(formatCells(cells)), cells);
});

test("blanks are shown", () => {
  assert.equal(visible(" 甲\u3000乙\r\n"), "·甲□乙↵");
  assert.equal(hidesSomething("甲 乙"), false);
  assert.equal(hidesSomething("甲 "), true);
  assert.equal(hidesSomething("甲\u00a0乙"), true);
});
