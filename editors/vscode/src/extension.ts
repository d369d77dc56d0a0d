// The extension: what is registered when the editor starts. Every decision is the helper's.

import * as vscode from "vscode";
import { openTokenPage, signIn, signOut } from "./commands/account.ts";
import { createReport, repairFile, runDoctor } from "./commands/doctor.ts";
import { selectModel, selectProject } from "./commands/selection.ts";
import { apply, applyToWorkspace, download, remove, resolve, showStatus, undo } from "./commands/settings.ts";
import { manageTokens } from "./commands/tokens.ts";
import { Review } from "./diff.ts";
import { Helper } from "./helper.ts";
import type { ResolveParams } from "./protocol.ts";
import { Secrets } from "./secrets.ts";
import { restart, showTrouble, StatusBar } from "./status.ts";
import { complain } from "./ui.ts";

const RESTARTS = ["elitea.helper", "http.proxy"];
let helper: Helper | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel("ELITEA", { log: true });
  const secrets = new Secrets(context.secrets);
  const launched = new Helper(context, secrets, output);
  helper = launched;
  const shell = { context, helper: launched, output };
  const review = new Review();
  const bar = new StatusBar(shell);

  const command = (name: string, run: (argument?: unknown) => unknown) =>
    vscode.commands.registerCommand(name, async (argument?: unknown) => {
      try {
        await run(argument);
      } catch (error) {
        await complain(error);
      }
    });
  context.subscriptions.push(
    output,
    bar,
    ...review.register(),
    command("elitea.signIn", () => signIn(shell, secrets)),
    command("elitea.signOut", () => signOut(shell, secrets)),
    command("elitea.selectProject", () => selectProject(shell)),
    command("elitea.selectModel", () => selectModel(shell)),
    command("elitea.apply", (targets) => apply(shell, review, targets ?? {})),
    command("elitea.applyToWorkspace", () => applyToWorkspace(shell, review)),
    command("elitea.resolve", (params) => resolve(shell, params as ResolveParams)),
    command("elitea.undo", () => undo(shell)),
    command("elitea.remove", () => remove(shell)),
    command("elitea.showStatus", () => (launched.life === "failed" ? showTrouble(shell) : showStatus(shell))),
    command("elitea.runDoctor", () => runDoctor(shell, review)),
    command("elitea.repairFile", () => repairFile(shell, review)),
    command("elitea.manageTokens", () => manageTokens(shell)),
    command("elitea.downloadSettings", () => download(shell)),
    command("elitea.openTokenPage", () => openTokenPage(shell)),
    command("elitea.openSettings", () => {
      // Settings of a machine are shown beside the user's in a remote window.
      const query = "elitea.helper.path";
      return vscode.env.remoteName === undefined
        ? vscode.commands.executeCommand("workbench.action.openSettings", query)
        : vscode.commands.executeCommand("workbench.action.openRemoteSettings", { query });
    }),
    command("elitea.showOutput", () => {
      output.show();
    }),
    command("elitea.restart", () => restart(shell)),
    command("elitea.createReport", () => createReport(shell)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (RESTARTS.some((key) => change.affectsConfiguration(key)))
        void launched.restart("a setting has changed");
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void launched.restart("the workspace is trusted now")),
    secrets.onDidChange(() => void launched.restart("the token that the editor keeps has changed")),
  );
  // Not a part of the editor's start: the extension is active before the helper is launched.
  setImmediate(() => void launched.restart("the editor has started"));
}

export async function deactivate(): Promise<void> {
  await helper?.stop();
}
