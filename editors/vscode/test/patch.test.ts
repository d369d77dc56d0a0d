import assert from "node:assert/strict";
import { test } from "node:test";
import { commentOf, sides } from "../src/patch.ts";

const comment = commentOf("settings.json");

test("both sides of a diff, with a line for what lies between hunks", () => {
  const diff = [
    "--- a",
    "+++ b",
    "@@ -1,2 +1,3 @@",
    " {",
    '-  "a": 1',
    '+  "a": 1,',
    '+  "b": 2',
    "@@ -40,2 +41,1 @@",
    "-x",
    " }",
    "",
  ].join("\n");
  const { before, after } = sides(diff, comment);
  assert.equal(before, '{\n  "a": 1\n// ⋯ 37 lines not shown\nx\n}\n');
  assert.equal(after, '{\n  "a": 1,\n  "b": 2\n// ⋯ 37 lines not shown\n}\n');
});

test("a new file has nothing on its left side", () => {
  assert.deepEqual(sides("--- a\n+++ b\n@@ -0,0 +1,2 @@\n+{\n+}\n", comment), {
    before: "",
    after: "{\n}\n",
  });
});

test("a missing newline at the end is missing on the side that misses it", () => {
  const diff = "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n";
  assert.deepEqual(sides(diff, comment), { before: "a", after: "b\n" });
});

test("lines that look like a diff's head are lines", () => {
  assert.deepEqual(sides("@@ -1 +1,2 @@\n --- x\n+@@ y\n", comment), {
    before: "--- x\n",
    after: "--- x\n@@ y\n",
  });
});

test("the line between hunks is a comment in the file's language", () => {
  assert.equal(commentOf("/p/.idea/elitea.xml")("1 line"), "<!-- ⋯ 1 line -->");
  assert.equal(commentOf("config.toml")("1 line"), "# ⋯ 1 line");
});
