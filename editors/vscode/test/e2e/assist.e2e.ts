// What a person gets while they edit settings, and the commands beside it:
// `node assist.e2e.ts CODE-SERVER HELPER VSIX SHOTS`.

import assert from "node:assert/strict";
import { join } from "node:path";
import { browse, Home, until, Window } from "./editor.ts";

const [codeServer = "", helper = "", vsix = "", shots = ""] = process.argv.slice(2);
const home = new Home({ codeServer, helper, extensions: [vsix], shots });
const file = join(home.workspace, ".vscode/settings.json");
const BROKEN = `{
  "editor.tabSize": 2
  "editor.wordWrap": "on",
  "editor.wordWrap": "on",
  "eliteacode.projectId": 4,
  "eliteacode.LLMModelName": ""
}
`;
const browser = await browse();
let shown: Window | undefined;
try {
  home.write(file, BROKEN);
  await home.serve();
  await home.signIn();
  await home.start();
  const window = await Window.show(home, browser);
  shown = window;
  const { page } = window;
  await window.status(/Alice Doe/);
  const save = async (holds: (text: string) => boolean) => {
    await page.keyboard.press("Control+S");
    await until("what was edited is on the disk", () => holds(home.read(file)));
  };

  // A quick fix, and then all that has one outcome.
  await window.open("settings.json");
  await page.locator(".squiggly-error").first().waitFor();
  await window.goTo(2, 22);
  await window.fix(/comma/, "quick-fix");
  await until("the comma is there", async () => (await window.text()).includes('"editor.tabSize": 2,'));
  const none = async (marks: string) => (await page.locator(marks).count()) === 0;
  await until("no error is shown", () => none(".squiggly-error"));
  await window.command("Fix All");
  await until("one of the two is gone", async () => (await window.text()).match(/wordWrap/g)?.length === 1);
  await save(
    (text) => text === BROKEN.replace(": 2\n", ": 2,\n").replace('  "editor.wordWrap": "on",\n', ""),
  );

  // Completion of a model's name, and hover.
  await window.goTo(5, 31);
  await page.keyboard.press("Control+Space");
  const suggestion = page.locator(".suggest-widget .monaco-list-row", { hasText: "claude-sonnet-4-5" });
  await suggestion.first().waitFor();
  await window.shot("completion");
  await window.picture("completion", { x: 352, y: 36, width: 760, height: 290 });
  assert.equal(await suggestion.count(), 1);
  await suggestion.click();
  await until("it is taken over", async () => (await window.text()).includes('"claude-sonnet-4-5"'));
  await save((text) => text.includes('"eliteacode.LLMModelName": "claude-sonnet-4-5"\n'));
  await page.locator(".view-line span", { hasText: "projectId" }).last().hover();
  await page.locator(".monaco-hover", { hasText: "Team Rocket" }).waitFor();
  await window.shot("hover");
  // Nothing is greyed that is ELITEA Code's, though it is not installed.
  assert.ok(await none(".squiggly-inline-unnecessary"));

  // Values that a person changed: kept, or given back, as quick fixes.
  home.write(file, "{}\n");
  await home.cli("apply", "--workspace", home.workspace);
  const applied = home.read(file);
  assert.match(applied, /"eliteacode.projectId": 4/);
  home.write(file, applied.replace('Id": 4', 'Id": 5').replace('debug": false', 'debug": true'));
  const goToValue = async (key: string) => {
    const lines = applied.split("\n");
    const at = lines.findIndex((line) => line.includes(key));
    await window.goTo(at + 1, (lines[at] ?? "").indexOf(": ") + 4);
  };
  await until("the editor has it", async () => (await window.text()).includes('"eliteacode.debug": true'));
  await goToValue("projectId");
  await window.fix("Put the selection's value back into eliteacode.projectId", "conflict");
  await until("the value of the selection is back", () => home.read(file).includes('Id": 4'));
  await until("the editor has it", async () => (await window.text()).includes('"eliteacode.projectId": 4'));
  await goToValue("debug");
  await window.fix("Keep my value of eliteacode.debug");
  const differs = async () =>
    JSON.stringify(await home.cli("plan", "--workspace", home.workspace)).includes("conflict");
  await until("it is theirs", async () => !(await differs()));
  assert.ok(home.read(file).includes('debug": true'));
  await until("no conflict is shown", () => none(".squiggly-warning"));
  await window.clearNotifications();

  // The doctor's list, and what mends what it found.
  home.write(home.settings, home.read(home.settings).replace("{", '{\n  "eliteacode.projectId": "4",'));
  await window.command("ELITEA: Run Doctor");
  await window.row("setting-type").waitFor();
  await window.shot("doctor");
  await window.row("setting-type").click();
  await window.notification("Repair This File").waitFor();
  await window.shot("finding");
  await window.press("Repair This File", "Repair This File");
  await window.notification("Repair 1 file?").waitFor();
  await window.press("Repair 1 file?", "Repair");
  await window.notification("is mended").waitFor();
  assert.match(home.read(home.settings), /"eliteacode.projectId": 4,/);

  // A report, and the file that ELITEA's page offers; both go where a person says.
  await window.clearNotifications();
  const report = join(home.path, "report.md");
  await window.command("ELITEA: Create Support Report");
  await window.title("Save the support report");
  await window.shot("save-report");
  await window.saveAs(report);
  await window.notification("The report holds no token").waitFor();
  await window.shot("report");
  assert.ok(home.read(report).includes("elitea-helper") && !home.read(report).includes(home.hello.token));
  await window.clearNotifications();
  for (const [ide, name, holds, says] of [
    ["VS Code", "download.json", '"eliteacode.LLMServerUrl"', "a placeholder where the token belongs"],
    ["JetBrains", "elitea.xml", "EliteASettings", "The file holds no token"],
  ] as const) {
    await window.command("ELITEA: Download Settings File");
    await window.row(ide).click();
    await window.title("Save");
    await window.saveAs(join(home.path, name));
    await window.notification(says).waitFor();
    const text = home.read(join(home.path, name));
    assert.ok(text.includes(holds) && !text.includes(home.hello.token));
    await window.clearNotifications();
  }

  // Tokens: one is made, and deleted again.
  await window.command("ELITEA: Manage Tokens");
  await window.row("Create a token").click();
  await window.type("from-the-editor");
  await window.row("90 days").click();
  await window.notification("The token from-the-editor is made and in use, 89 days left").waitFor();
  await window.clearNotifications();
  await window.command("ELITEA: Manage Tokens");
  await window.row("from-the-editor").waitFor();
  await window.shot("tokens");
  await window.row("laptop").click();
  await window.dialog.waitFor();
  await window.shot("revoke");
  await window.answer("Delete");
  await window.notification("The token laptop is deleted").waitFor();
  await window.status(/Alice Doe/);

  // What takes long says so, and can be called off without another word.
  await window.clearNotifications();
  await home.faults({ path: "/", effect: "hang" });
  await window.command("ELITEA: Select Model");
  const progress = window.notification("asking for the models");
  await progress.waitFor();
  await window.shot("progress");
  await window.press("asking for the models", "Cancel");
  await progress.waitFor({ state: "detached" });
  assert.equal(await page.locator(".notification-toast").count(), 0);
  await home.faults();
  await window.command("ELITEA: Select Model");
  await window.row("Claude Sonnet").waitFor();
  await page.keyboard.press("Escape");

  // The page where tokens are made.
  const opened = page.context().waitForEvent("page");
  await window.command("ELITEA: Open Token Page");
  assert.match((await opened).url(), /create-personal-token$/);
} catch (error) {
  await shown?.shot("failed");
  console.error(home.log);
  throw error;
} finally {
  await browser.close();
  await home.end();
}
