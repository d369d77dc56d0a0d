import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";
import { BinaryError, check, find } from "../src/binary.ts";
import { PROTOCOL } from "../src/protocol.ts";

let home = "";
before(() => (home = mkdtempSync(join(tmpdir(), "elitea-binary-"))));
after(() => {
  rmSync(home, { recursive: true });
});

function program(folder: string, script: string, mode = 0o755): string {
  mkdirSync(join(home, folder), { recursive: true });
  const path = join(home, folder, "elitea-helper");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, mode);
  return path;
}

const says = (protocol: number) =>
  `echo '{"version":"9.8.7","protocol":${protocol},"commit":null,"stores":[]}'`;
const places = { setting: "", bundled: "/nowhere", path: "", platform: "linux" as const };

test("the setting goes before the bundled program, and that before the PATH", async () => {
  const [set, bundled, onPath] = ["set", "bin", "path"].map((folder) => program(folder, says(PROTOCOL)));
  const all = { ...places, setting: set ?? "", bundled: join(home, "bin"), path: join(home, "path") };
  assert.equal((await find(all)).path, set);
  assert.equal((await find({ ...all, setting: " " })).path, bundled);
  assert.equal((await find({ ...all, setting: "", bundled: "/nowhere" })).path, onPath);
});

test("a setting that leads nowhere is said, and nothing else is taken in its place", async () => {
  const bundled = join(home, "bin");
  for (const setting of ["elitea-helper", "./bin/elitea-helper", join(home, "missing")]) {
    await assert.rejects(find({ ...places, bundled, setting }), BinaryError);
  }
});

test("folders on the PATH that are not absolute are not looked into", async () => {
  program("path", says(PROTOCOL));
  const cwd = process.cwd();
  process.chdir(home);
  try {
    await assert.rejects(find({ ...places, path: ["", ".", "path"].join(delimiter) }), BinaryError);
  } finally {
    process.chdir(cwd);
  }
});

test("a bundled program that lost its mark gets it back", async () => {
  const path = program("bin", says(PROTOCOL), 0o644);
  await find({ ...places, bundled: join(home, "bin") });
  assert.equal(statSync(path).mode & 0o111, 0o111);
});

test("a program is asked who it is", async () => {
  const binary = (script: string, mode?: number) => ({
    path: program("asked", script, mode),
    source: "a test",
  });
  assert.equal((await check(binary(says(PROTOCOL)), home)).version, "9.8.7");
  const fails = (script: string, words: RegExp, mode?: number) =>
    assert.rejects(check(binary(script, mode), home), (error: Error) => {
      assert.match(error.message, words);
      return error instanceof BinaryError;
    });
  await fails(says(PROTOCOL + 1), /This extension is too old/);
  await fails(says(PROTOCOL - 1), /elitea-helper 9\.8\.7 is too old/);
  await fails("echo hello", /is not elitea-helper/);
  await fails("exit 3", /it ended with 3/);
  await fails(says(PROTOCOL), /not executable/, 0o644);
});
