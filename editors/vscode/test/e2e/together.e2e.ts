// Beside ELITEA Code, in two windows, with the editor's own secret storage, in the dark and in little room:
// `node together.e2e.ts CODE-SERVER HELPER VSIX SHOTS`.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { browse, Home, until, Window } from "./editor.ts";
import { reader } from "./reader.ts";

const [codeServer = "", helper = "", vsix = "", shots = ""] = process.argv.slice(2);
const settings = { "workbench.colorTheme": "Default Dark Modern" };
const home = new Home({ codeServer, helper, extensions: [reader(), vsix], shots, settings });
const browser = await browse();

/** What ELITEA Code was told of its configuration, each time that it changed. */
const changes = () =>
  readFileSync(join(home.path, "changes"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** The files below the home in which the token stands. */
function holders(token: string): string[] {
  return readdirSync(home.path, { recursive: true, encoding: "utf8" }).filter((file) => {
    const path = join(home.path, file);
    return statSync(path, { throwIfNoEntry: false })?.isFile() && readFileSync(path).includes(token);
  });
}

let shown: Window | undefined;
try {
  await home.serve();
  await home.start();
  const window = await Window.show(home, browser, { width: 760, height: 620 });
  shown = window;
  const { page } = window;
  const { url, token } = home.hello;

  // A token that the editor keeps.
  await window.status(/no ELITEA server is set/);
  await window.statusItem.click();
  await window.title("1/2");
  const opened = page.context().waitForEvent("page");
  await window.type(url);
  await (await opened).close();
  await window.title("2/2");
  await window.shot("narrow-token");
  await window.type(token);
  await window.title("No Keychain Works Here");
  await window.shot("narrow-store");
  await window.row("secret storage").waitFor();
  await page.keyboard.press("Enter");
  await window.notification("Signed in as Alice Doe").waitFor();
  assert.deepEqual(holders(token), []);
  await window.press("Signed in as", "Select Project");
  await window.row("Team Rocket").click();
  await window.notification("The project is Team Rocket").waitFor();
  await window.status(/Alice Doe/);
  await window.statusItem.hover();
  await page.locator(".monaco-hover", { hasText: "Team Rocket" }).waitFor();
  await window.shot("narrow-tooltip");
  await page.mouse.move(300, 300);

  // Settings of the folder arrive in ELITEA Code at once, in one change.
  await window.clearNotifications();
  const before = changes().length;
  await window.command("ELITEA: Apply Settings to This Workspace");
  await window.notification("Apply these changes").waitFor();
  await window.shot("narrow-diff");
  await window.press("Apply these changes", "Apply");
  await window.notification("written").waitFor();
  await until("the reader is told", () => changes().length > before);
  await window.status(/in order|Alice Doe/);
  assert.equal(changes().length, before + 1);
  assert.equal(changes().at(-1)?.projectId, 4);
  assert.equal(changes().at(-1)?.LLMServerUrl, url);
  const folder = home.read(join(home.workspace, ".vscode/settings.json"));
  assert.ok(!folder.includes(token));

  // Those of the user arrive with the next window; the token is in them, and never on the screen.
  await window.clearNotifications();
  await window.command("ELITEA: Apply Settings");
  await window.notification("Apply these changes").waitFor();
  await window.shot("narrow-diff-user");
  assert.ok(!(await page.content()).includes(token.slice(-40)));
  await window.press("Apply these changes", "Apply");
  await window.notification("written").waitFor();
  assert.ok(home.read(home.settings).includes(token));

  // How long the extension took to get active, by the editor's own figures, beside one that does nothing.
  await page.setViewportSize({ width: 900, height: 3000 });
  await window.command("Developer: Show Running Extensions");
  const activation = async (name: string) => {
    const row = page.locator(".runtime-extensions-editor .extension", { hasText: name });
    return Number(/Activation: (\d+)ms/.exec(await row.innerText())?.[1] ?? NaN);
  };
  const [ours, idle] = [await activation("ELITEA Helper"), await activation("ELITEA Code")];
  console.log(`activation: ${ours} ms; an extension that does nothing: ${idle} ms`);
  await window.shot("running");
  assert.ok(ours - idle < 20);
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 760, height: 620 });

  // Two windows: one signs out, and the other one says so.
  const other = await window.another();
  await other.status(/Alice Doe|in order/);
  await other.shot("other");
  await page.bringToFront();
  await window.clearNotifications();
  await window.command("ELITEA: Sign Out");
  await window.answer("Sign Out");
  await window.status(/no token/i);
  await other.status(/no token/i);
  await other.shot("other-signed-out");
  assert.deepEqual(holders(token), []);
} catch (error) {
  await shown?.shot("failed");
  console.error(home.log);
  throw error;
} finally {
  await browser.close();
  await home.end();
}
