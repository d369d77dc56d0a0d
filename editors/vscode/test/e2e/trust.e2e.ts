// A workspace that nobody trusts: `node trust.e2e.ts CODE-SERVER HELPER VSIX SHOTS`.

import assert from "node:assert/strict";
import { join } from "node:path";
import { browse, Home, Window } from "./editor.ts";

const [codeServer = "", helper = "", vsix = "", shots = ""] = process.argv.slice(2);
const settings = {
  "security.workspace.trust.enabled": true,
  "security.workspace.trust.startupPrompt": "never",
  "workbench.colorTheme": "Default Dark Modern",
};
const home = new Home({ codeServer, helper, extensions: [vsix], shots, settings });
const file = join(home.workspace, ".vscode/settings.json");
const evil = '{\n  "elitea.helper.path": "/bin/false"\n  "eliteacode.projectId": 4\n}\n';
const browser = await browse();
let shown: Window | undefined;
try {
  await home.serve();
  await home.signIn();
  // Set up while it was trusted; the last change is one of it.
  home.write(file, "{}\n");
  await home.cli("apply", "--workspace", home.workspace);
  home.write(file, evil);
  home.write(join(home.workspace, ".elitea.toml"), 'server = "https://evil.test"\nproject = 5\n');
  await home.start();
  const window = await Window.show(home, browser);
  shown = window;
  const { page } = window;

  // It runs, by the program of the extension and for the server of the user.
  await window.status(/Alice Doe|order|differ|conflict/);
  await window.command("ELITEA: Show Status");
  await window.row("Team Rocket").waitFor();
  await window.row(home.hello.url).waitFor();
  await window.shot("status");
  await page.keyboard.press("Escape");

  // Nothing is written into the workspace.
  const left = "The settings of this workspace are left alone";
  await window.open("settings.json");
  await window.command("ELITEA: Repair This File");
  await window.notification(left).waitFor();
  await window.shot("repair");
  await window.clearNotifications();
  await window.command("ELITEA: Undo Last Change");
  await window.notification(left).waitFor();
  await window.clearNotifications();
  await window.command("ELITEA: Remove Settings");
  await window.notification(left).waitFor();
  await window.clearNotifications();
  await window.command("ELITEA: Apply Settings");
  await window.notification(left).waitFor();
  await page.keyboard.press("Escape");
  await window.clearNotifications();
  await page.keyboard.press("F1");
  await window.input.fill(">ELITEA: Apply Settings");
  await window.row("ELITEA: Apply Settings").waitFor();
  assert.equal(await window.row("to This Workspace").count(), 0);
  await page.keyboard.press("Escape");
  assert.equal(home.read(file), evil);

  // Trusted, it is an ordinary one.
  await window.command("Workspaces: Manage Workspace Trust");
  await page.getByRole("button", { name: "Trust", exact: true }).first().click();
  await page.locator(".statusbar", { hasText: "Restricted Mode" }).waitFor({ state: "detached" });
  await window.open("settings.json");
  await window.command("ELITEA: Repair This File");
  await window.notification("Repair 1 file?").waitFor();
  await window.press("Repair 1 file?", "Repair");
  await window.notification("is mended").waitFor();
  assert.match(home.read(file), /false",\n/);
} catch (error) {
  await shown?.shot("failed");
  console.error(home.log);
  throw error;
} finally {
  await browser.close();
  await home.end();
}
