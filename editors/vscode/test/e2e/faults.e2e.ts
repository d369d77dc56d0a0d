// What people see when the helper is missing, wrong, crashing, hanging or killed:
// `node faults.e2e.ts CODE-SERVER HELPER VSIX SHOTS`.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync } from "node:fs";
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
  await window.notification("several times in a row").waitFor();
  assert.equal(await page.locator(".notification-toast").count(), 1);
  assert.equal(starts(), 5);
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
  await window.notification("starting the helper").waitFor();
  await window.status(/did not answer within/);
  await window.notification("did not answer within").waitFor();
  await window.shot("hanging");

  // The real one, in the end; killed, it is launched again without a word.
  execFileSync("ln", ["-sf", helper, program]);
  await window.command("ELITEA: Restart Helper");
  // The pause after the failure may have ended meanwhile: the helper of that start is replaced, too.
  await until("the command has launched it", () =>
    /launching: the command[^]*elitea-helper \d[^]*$/.test(
      home.log.split("launching: it had failed").at(-1) ?? "",
    ),
  );
  await window.status(/no ELITEA server is set/);
  await until("one helper runs", () => home.helpers().length === 1);
  const [first] = home.helpers();
  assert(first !== undefined);
  await window.clearNotifications();
  process.kill(first, "SIGKILL");
  await until("another one runs", () => home.helpers().length === 1 && home.helpers()[0] !== first);
  await window.status(/no ELITEA server is set/);
  assert.equal(await page.locator(".notification-toast").count(), 0);

  // Killed while it applies: that is said, the file is whole, and the next helper does it.
  await home.signIn();
  await window.status(/Alice Doe/);
  const before = home.read(home.settings);
  await window.command("ELITEA: Apply Settings");
  await window.title("Which editors");
  await page.keyboard.press("Enter");
  await window.notification("Apply these changes to 1 file?").waitFor();
  await home.faults({ path: "/", effect: "hang" });
  await window.press("Apply these changes", "Apply");
  await window.notification("writing the settings").waitFor();
  await window.shot("applying");
  const [busy] = home.helpers();
  assert(busy !== undefined);
  process.kill(busy, "SIGKILL");
  await window.notification("The helper ended before it answered").waitFor();
  await window.shot("killed");
  assert.equal(home.read(home.settings), before);
  await home.faults();
  await window.clearNotifications();
  await window.status(/Alice Doe/);
  await window.command("ELITEA: Apply Settings");
  await window.title("Which editors");
  await page.keyboard.press("Enter");
  await window.press("Apply these changes", "Apply");
  await window.notification("1 file written").waitFor();

  // No helper outlives its window.
  await page.close();
  await browser.close();
  await home.close();
  await until("no helper is left", () => home.helpers().length === 0);
} catch (error) {
  await shown?.shot("failed");
  console.error(home.log);
  throw error;
} finally {
  await browser.close();
  await home.end();
}
