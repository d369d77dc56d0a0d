// The whole journey in a real editor: `node journey.ts CODE-SERVER HELPER VSIX SHOTS`.

import assert from "node:assert/strict";
import { browse, Home, until, Window } from "./editor.ts";

const [codeServer = "", helper = "", vsix = "", shots = ""] = process.argv.slice(2);
const home = new Home({ codeServer, helper, extensions: [vsix], shots });
const browser = await browse();
let shown: Window | undefined;
try {
  await home.serve();
  await home.start();
  const window = await Window.open(home, browser);
  shown = window;
  const { page } = window;

  // Nobody has signed in yet.
  await window.status(/no ELITEA server is set/);
  await window.shot("first");
  console.log(await window.statusLabel());

  await window.command("ELITEA: Sign In");
  await window.title("Sign In to ELITEA");
  await window.shot("server");
  const opened = page.context().waitForEvent("page");
  await window.type(home.hello.url);
  const browserPage = await opened;
  // This edition of the editor opens addresses of its own machine through itself.
  assert.match(browserPage.url(), /\/app\/settings\/create-personal-token$/);
  await window.title("2/2");
  await window.shot("token");
  // Whoever comes back with a token on the clipboard has only to press Enter.
  await window.away(async () => {
    await page.evaluate((text) => navigator.clipboard.writeText(text), home.hello.token);
    await browserPage.close();
  });
  await until("the token is offered", async () => (await window.input.inputValue()) === home.hello.token);
  await window.shot("offered");
  await page.keyboard.press("Enter");
  await window.title("No Keychain Works Here");
  await window.shot("store");
  await window.row("A plain file").click();
  await window.notification("Signed in as").waitFor();
  await window.shot("signed-in");
  await window.press("Signed in as", "Select Project");
  await window.row("Team Rocket").waitFor();
  await window.shot("projects");
  await window.row("Team Rocket").click();
  await window.notification("The project is").waitFor();
  await window.command("ELITEA: Select Model");
  await window.row("Claude").waitFor();
  await window.shot("models");
  await window.row("Claude").click();
  await window.notification("The model is").waitFor();
  await window.status(/./);
  await window.shot("selected");
  await window.clearNotifications();
  await window.command("ELITEA: Apply Settings");
  await window.title("Which editors");
  await window.shot("editors");
  await page.keyboard.press("Enter");
  await window.notification("Apply these changes").waitFor();
  await window.shot("diff");
  await window.press("Apply these changes", "Apply");
  await window.notification("1 file written").waitFor();
  await window.shot("applied");
  const settings = home.read(home.settings);
  assert.match(settings, /"eliteacode.projectId": 4/);
  await window.statusItem.hover();
  await page.waitForTimeout(1500);
  await window.shot("tooltip");
} catch (error) {
  await shown?.shot("failed");
  console.error(home.log);
  throw error;
} finally {
  await browser.close();
  await home.end();
}
