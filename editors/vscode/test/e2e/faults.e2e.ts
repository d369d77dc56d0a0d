// What people see when the helper is missing, wrong, crashing, hanging or killed:
// `node faults.e2e.ts CODE-SERVER HELPER VSIX SHOTS`.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { browse, Home, until, Window } from "./editor.ts";

const [codeServer = "", helper = "", vsix = "", shots = ""] = process.argv.slice(2);
const home = new Home({ codeServer, helper, extensions: [vsix], shots });
const program = join(home.path, "bin/elitea-helper");
home.write(home.settings, home.read(home.settings).replace("{", `{\n  "elitea.helper.path": "${program}",`));

/** A helper that says who it is, and then does this. */
function make(then: string, protocol = 1, mode = 0o755): void {
  home.write(
    program,
    `#!/bin/sh\ncase $1 in --version) echo '{"version":"7.8.9","protocol":${protocol},"commit":null,"stores":[]}'; exit ;; esac\necho began >>${home.path}/starts\n${then}\n`,
  );
  chmodSync(program, mode);
}
const starts = () => readFileSync(join(home.path, "starts"), "utf8").split("\n").length - 1;

/** The helpers that this editor runs now. */
function running(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, "utf8");
        return (
          line.includes("lsp\0--stdio") && readFileSync(`/proc/${name}/environ`, "utf8").includes(home.path)
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

const browser = await browse();
let shown: Window | undefined;
try {
  await home.serve();
  await home.start();
  const window = await Window.show(home, browser);
  shown = window;
  const { page } = window;

  // Missing: nothing pops up at the start; a click says why, and offers the way out.
  await window.status(/There is no program/);
  assert.equal(await page.locator(".notification-toast").count(), 0);
  await window.statusItem.click();
  await window.notification("There is no program").waitFor();
  await window.shot("missing");
  await window.press("There is no program", "Open Settings");
  await page.locator(".settings-editor", { hasText: "Helper: Path" }).waitFor();
  await window.shot("settings");
  await page.keyboard.press("Escape");

  const restart = async (says: RegExp, shot: string) => {
    await window.clearNotifications();
    await window.command("ELITEA: Restart Helper");
    await window.notification(says).waitFor();
    await window.status(says);
    await window.shot(shot);
  };
  make("exit 0", 99);
  await restart(/This extension is too old/, "protocol");
  make("exit 0", 1, 0o644);
  await restart(/not executable/, "not-executable");
  home.write(program, "\x7fELF nothing");
  chmodSync(program, 0o755);
  await restart(/cannot be started/, "not-a-program");

  // Crashing at the start: tried five times, later each time, then left alone.
  make("exit 7");
  await window.clearNotifications();
  await window.command("ELITEA: Restart Helper");
  await window.status(/several times in a row, the last time because it ended with 7/);
  assert.equal(await page.locator(".notification-toast").count(), 1);
  assert.equal(starts(), 5);
  await window.statusItem.click();
  await window.notification("several times in a row").waitFor();
  await window.shot("crashing");
  await window.press("several times in a row", "Show Output");
  await page.locator(".output-view, .pane-body", { hasText: "the helper failed" }).first().waitFor();
  await window.shot("output");
  await window.command("View: Hide Panel");

  // Hanging: it is given up, and ended.
  rmSync(join(home.path, "starts"));
  make("exec sleep 600");
  await window.clearNotifications();
  await window.command("ELITEA: Restart Helper");
  await window.status(/did not answer within/);
  await window.shot("hanging");

  // The real one, in the end; killed, it is launched again without a word.
  execFileSync("ln", ["-sf", helper, program]);
  await window.command("ELITEA: Restart Helper");
  await window.status(/no ELITEA server is set/);
  await until("one helper runs", () => running().length === 1);
  const [first] = running();
  assert(first !== undefined);
  await window.clearNotifications();
  process.kill(first, "SIGKILL");
  await until("another one runs", () => running().length === 1 && running()[0] !== first);
  await window.status(/no ELITEA server is set/);
  assert.equal(await page.locator(".notification-toast").count(), 0);

  // No helper outlives its window.
  await page.close();
  await browser.close();
  await home.close();
  await until("no helper is left", () => running().length === 0);
} catch (error) {
  await shown?.shot("failed");
  console.error(home.log);
  throw error;
} finally {
  await browser.close();
  await home.end();
}
