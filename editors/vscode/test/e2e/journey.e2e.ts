// The whole journey in a real editor: `node journey.ts CODE-SERVER HELPER VSIX SHOTS`.

import assert from "node:assert/strict";
import { join } from "node:path";
import { browse, Home, until, Window } from "./editor.ts";

const [codeServer = "", helper = "", vsix = "", shots = ""] = process.argv.slice(2);
const home = new Home({ codeServer, helper, extensions: [vsix], shots });
const browser = await browse();
let shown: Window | undefined;
try {
  const before = home.read(home.settings);
  await home.serve();
  await home.start();
  const window = await Window.show(home, browser);
  shown = window;
  const { page } = window;

  // The walkthrough, before anybody has signed in.
  await window.status(/no ELITEA server is set/);
  await window.command("Welcome: Open Walkthrough...");
  await window.type("ELITEA");
  await page.getByRole("button", { name: "Sign In to ELITEA" }).waitFor();
  await window.shot("walkthrough");

  // Signing in, for the first time: the server is asked for.
  await page.getByRole("button", { name: "Sign In to ELITEA" }).click();
  await window.title("Sign In to ELITEA (1/2)");
  await window.input.fill("http://elitea.test");
  await window.message("plain http");
  await window.shot("server");
  const opened = page.context().waitForEvent("page");
  await window.type(home.hello.url);
  const browserPage = await opened;
  // This edition of the editor opens addresses of its own machine through itself.
  assert.match(browserPage.url(), /\/app\/settings\/create-personal-token$/);
  await window.title("2/2");
  await window.type("eyJhbGciOiJIUzI1NiJ9.nonsense");
  await window.message("token");
  await window.shot("refused");
  await window.input.fill("");
  // Whoever comes back with a token on the clipboard has only to press Enter.
  await window.away(async () => {
    await page.evaluate((text) => navigator.clipboard.writeText(`${text}\n`), home.hello.token);
    await browserPage.close();
  });
  await until("the token is offered", async () => (await window.input.inputValue()) === home.hello.token);
  assert.equal(await window.input.getAttribute("type"), "password");
  await window.shot("offered");
  await page.keyboard.press("Enter");
  await window.title("No Keychain Works Here");
  await window.shot("store");
  await window.row("A plain file").click();
  await window.notification("Signed in as Alice Doe").waitFor();

  // Project and model.
  await window.press("Signed in as Alice Doe", "Select Project");
  await window.row("Team Rocket").waitFor();
  await window.shot("projects");
  await window.row("Team Rocket").click();
  await window.notification("The project is Team Rocket").waitFor();
  await window.command("ELITEA: Select Model");
  await window.row("Claude Sonnet").waitFor();
  await window.shot("models");
  await window.picture("models", { x: 338, y: 4, width: 604, height: 316 });
  await window.row("Claude Sonnet").click();
  await window.notification("The model is claude-sonnet-4-5").waitFor();
  await window.status(/Alice Doe/);

  // What would change, discarded and then applied.
  await window.clearNotifications();
  await window.command("ELITEA: Apply Settings");
  await window.title("Which editors");
  await window.shot("editors");
  await page.keyboard.press("Enter");
  await window.notification("Apply these changes to 1 file?").waitFor();
  await page.locator(".monaco-diff-editor .line-insert").first().waitFor();
  await window.shot("diff");
  await window.picture("diff", { x: 352, y: 36, width: 928, height: 348 });
  await window.press("Apply these changes", "Discard");
  await page.locator(".monaco-diff-editor").waitFor({ state: "detached" });
  assert.equal(home.read(home.settings), before);
  await window.command("ELITEA: Apply Settings");
  await window.title("Which editors");
  await page.keyboard.press("Enter");
  await window.notification("Apply these changes to 1 file?").waitFor();
  await page.getByRole("button", { name: "Apply These Changes" }).click();
  await window.notification("1 file written").waitFor();
  const applied = home.read(home.settings);
  assert.match(applied, /"eliteacode.projectId": 4/);
  assert.ok(!applied.includes(home.hello.token));
  // The command line would have written the same.
  await home.cli("undo");
  assert.equal(home.read(home.settings), before);
  await home.cli("apply", "--ide", "code-server", "--scope", "user");
  assert.equal(home.read(home.settings), applied);
  await window.clearNotifications();

  // How things stand.
  await window.status(/Alice Doe, 1\/claude-sonnet-4-5/);
  await window.statusItem.hover();
  await page.locator(".monaco-hover", { hasText: "Team Rocket" }).waitFor();
  await window.shot("tooltip");
  await page.screenshot({
    path: join(shots, "../../pictures/status.png"),
    clip: { x: 960, y: 560, width: 320, height: 240 },
  });
  await page.mouse.move(600, 400);
  await window.command("ELITEA: Show Status");
  await window.row("Team Rocket").waitFor();
  await window.shot("status");
  await page.keyboard.press("Escape");

  // A broken file of the workspace: a squiggle, a quick fix, completion.
  const settings = join(home.workspace, ".vscode/settings.json");
  home.write(
    settings,
    '{\n  "editor.tabSize": 2\n  "eliteacode.projectId": 4,\n  "eliteacode.LLMModelName": ""\n}\n',
  );
  await window.open("settings.json");
  await page.locator(".squiggly-error").first().waitFor();
  await window.shot("squiggle");
  await window.command("ELITEA: Repair This File");
  await window.notification("Repair 1 file?").waitFor();
  await window.shot("repair");
  await window.press("Repair 1 file?", "Repair");
  await window.notification("is mended").waitFor();
  assert.match(home.read(settings), /"editor.tabSize": 2,/);

  // Tokens.
  await window.clearNotifications();
  await window.command("ELITEA: Manage Tokens");
  await window.row("laptop").waitFor();
  await window.shot("tokens");
  await window.row("Rotate the token in use").click();
  await window.row("30 days").click();
  await window.notification("The new token is in use").waitFor();
  await window.shot("rotated");

  // The server is gone; when it is back, it does not know the token any more.
  await window.clearNotifications();
  await home.stopServing();
  await window.command("ELITEA: Show Status");
  await window.row("the connection is refused").waitFor();
  await window.shot("unreachable");
  await page.keyboard.press("Escape");
  await window.status(/cannot be reached|refused/i);
  await window.shot("offline");
  await home.serve();
  await window.command("ELITEA: Restart Helper");
  await window.notification("token").waitFor();
  await window.shot("rejected");
  await window.press("token", "Sign In");
  await window.title("2/2");
  for (const opened of page.context().pages().slice(1)) await opened.close();
  await window.type(` "Bearer ${home.hello.token}"`);
  await window.notification("Signed in as Alice Doe").waitFor();
  await window.status(/Alice Doe/);

  // Taking it back.
  await window.command("ELITEA: Remove Settings");
  await window.dialog.waitFor();
  await window.shot("remove");
  await window.answer("Remove");
  await window.notification("1 file written").waitFor();
  assert.equal(home.read(home.settings), before);
  await window.command("ELITEA: Undo Last Change");
  await until("the settings are back", () => home.read(home.settings) === applied);

  // Signed out.
  await window.clearNotifications();
  await window.command("ELITEA: Sign Out");
  await window.dialog.waitFor();
  await window.shot("sign-out");
  await window.answer("Sign Out");
  await window.notification("Signed out").waitFor();
  await window.status(/no token/i);
  await window.shot("signed-out");
} catch (error) {
  await shown?.shot("failed");
  console.error(home.log);
  throw error;
} finally {
  await browser.close();
  await home.end();
}
