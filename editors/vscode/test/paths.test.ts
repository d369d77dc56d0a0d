import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isInside } from "../src/paths.ts";

test("a file is inside a folder whatever leads there", () => {
  const home = mkdtempSync(join(tmpdir(), "elitea-paths-"));
  try {
    const folder = join(home, "work");
    mkdirSync(join(folder, ".vscode"), { recursive: true });
    mkdirSync(join(home, "work-2"));
    symlinkSync(folder, join(home, "link"));
    assert.ok(isInside(folder, folder));
    assert.ok(isInside(folder, join(folder, ".vscode/settings.json")));
    assert.ok(isInside(folder, join(home, "link/.vscode/not/yet/there.json")));
    assert.ok(isInside(join(home, "link"), join(folder, "..hidden")));
    assert.ok(!isInside(folder, join(home, "work-2/settings.json")));
    assert.ok(!isInside(folder, join(folder, "../settings.json")));
    assert.ok(!isInside(join(folder, ".vscode"), folder));
  } finally {
    rmSync(home, { recursive: true });
  }
});
