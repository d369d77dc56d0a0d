import assert from "node:assert/strict";
import { test } from "node:test";
import { ideRows, targetsOf } from "../src/ides.ts";
import type { Installed } from "../src/protocol.ts";

const found = (ide: string, ideName: string): Installed => ({
  ide,
  ideName,
  path: `/home/me/${ide}`,
  version: null,
  reader: null,
});
const installed = [found("vscode", "VS Code"), found("cursor", "Cursor"), found("idea", "IntelliJ IDEA")];
const choices = ["vscode", "cursor", "idea"];

test("the editor that asks is chosen already, or the only one", () => {
  const rows = ideRows(choices, installed, { app: "Cursor", remote: undefined });
  assert.deepEqual(
    rows.map(({ label, picked }) => [label, picked]),
    [
      ["VS Code", false],
      ["Cursor", true],
      ["IntelliJ IDEA", false],
    ],
  );
  assert.equal(ideRows(["idea"], installed, { app: "Cursor", remote: undefined })[0]?.picked, true);
  assert.deepEqual(targetsOf(rows.slice(1), choices), { ides: ["cursor", "idea"], scopes: ["user"] });
  assert.equal(targetsOf([], choices), undefined);
});

test("a remote window offers the settings of the machine that it works on, and says why", () => {
  const rows = ideRows(["vscode"], installed, { app: "Visual Studio Code", remote: "ssh-remote" });
  const [machine, code] = rows;
  assert(machine && code);
  assert.equal(machine.label, "The machine settings of ssh-remote");
  assert.match(machine.description, /cannot be reached from here/);
  assert.ok(machine.picked);
  assert.deepEqual(targetsOf([machine], ["vscode"]), { ides: ["vscode"], scopes: ["machine"] });
  assert.deepEqual(targetsOf([machine, code], ["vscode"]), { ides: ["vscode"], scopes: ["user", "machine"] });
});
