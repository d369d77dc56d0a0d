// Beside ELITEA Code, in two windows, with the editor's own secret storage, in the dark and in little room:
// `node together.e2e.ts CODE-SERVER HELPER VSIX SHOTS`.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { browse, Home, until, Window } from "./editor.ts";
import { reader } from "./reader.ts";

const [codeServer = "", helper = "", vsix = "", shots = ""] = process.argv.slice(2);
const settings = { "workbench.colorTheme": "Default Dark Modern", "elitea.trace.server": "verbose" };
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

  // All that is said goes to the log, as when somebody looks for what is amiss.
  await window.status(/no ELITEA server is set/);
  await window.command("Developer: Set Log Level...");
  await window.row("ELITEA").click();
  await window.row("Trace").click();

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
  await until("what was said is in the log", () => home.log.includes("elitea/auth/page"));
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
  // Its own defaults count where it is declared by both.
  assert.equal(changes()[0]?.displayType, "append");
  assert.equal(changes()[0]?.projectId, 1);
  assert.equal(changes().at(-1)?.displayType, "split");
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

  // Signed out, the token is nowhere any more.
  const signOut = async () => {
    await window.clearNotifications();
    await window.command("ELITEA: Sign Out");
    await window.answer("Sign Out");
    await window.notification("Signed out").waitFor();
  };
  await signOut();
  await window.status(/no ELITEA server is set/);
  assert.deepEqual(holders(token), []);

  // Two windows: one signs out, and the other one says so. (Windows of this edition do not tell each other
  // of the editor's own storage.)
  await window.clearNotifications();
  await window.command("ELITEA: Sign In");
  await window.title("1/2");
  await window.type(url);
  await window.title("2/2");
  await page.bringToFront();
  await window.type(token);
  await window.title("No Keychain Works Here");
  await window.row("A plain file").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await window.notification("Signed in as Alice Doe").waitFor();
  const other = await window.another();
  await other.status(/Alice Doe|in order/);
  await other.shot("other");
  await page.bringToFront();
  await signOut();
  const start = performance.now();
  await other.status(/no token/i);
  const took = Math.round(performance.now() - start);
  console.log(`the other window showed the sign-out ${took} ms after this one`);
  assert.ok(took < 5000, "it is shown within seconds");
  await other.shot("other-signed-out");
} catch (error) {
  await shown?.shot("failed");
  console.error(home.log);
  throw error;
} finally {
  await browser.close();
  await home.end();
}
