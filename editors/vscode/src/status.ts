// The item in the status bar, and what is known for it.

import * as vscode from "vscode";
import type { Status, StatusChange } from "./protocol.ts";
import { NotRunning } from "./helper.ts";
import { complain, patiently, type Shell, warn } from "./ui.ts";
import { item, tokenNews, tooltip } from "./words.ts";

const TOLD = "elitea.told";
const LINKS = [
  "elitea.signIn",
  "elitea.selectModel",
  "elitea.apply",
  "elitea.manageTokens",
  "elitea.runDoctor",
  "elitea.restart",
  "elitea.showOutput",
];

export class StatusBar implements vscode.Disposable {
  status: Status | undefined;
  #change: StatusChange | undefined;
  #asking = false;
  /** Whether it was to be asked while it was asked. */
  #again = false;
  readonly #shell: Shell;
  readonly #item: vscode.StatusBarItem;

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#item = vscode.window.createStatusBarItem("elitea.status", vscode.StatusBarAlignment.Right, 90);
    this.#item.name = "ELITEA";
    const { helper, context } = shell;
    context.subscriptions.push(
      helper.onDidChangeLife(() => {
        if (helper.life === "running") void this.refresh();
        else this.#change = undefined;
        this.#show();
      }),
      helper.onDidChangeStatus((change) => {
        this.#change = change;
        this.#show();
        if (change.kind !== "busy") void this.refresh();
      }),
    );
    this.#show();
    this.#item.show();
  }

  /** Asks how things stand. The helper then says it in a word, too. */
  async refresh(): Promise<void> {
    this.#again = this.#asking;
    if (this.#asking) return;
    this.#asking = true;
    try {
      this.status = await this.#shell.helper.request("elitea/status/get", {});
      this.#show();
      await this.#learned(this.status);
    } catch (error) {
      this.#shell.output.warn(`no status: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#asking = false;
      if (this.#again) void this.refresh();
    }
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(): void {
    const { life, trouble } = this.#shell.helper;
    const { text, kind, command } = item(life, this.#change);
    this.#item.text = text;
    this.#item.command = command;
    const background =
      kind === "error" || kind === "failed" ? "error" : kind === "warning" ? "warning" : undefined;
    this.#item.backgroundColor = background && new vscode.ThemeColor(`statusBarItem.${background}Background`);
    const said = this.#change?.message ?? (life === "running" ? "looking how things stand" : life);
    this.#item.accessibilityInformation = { label: `ELITEA: ${trouble ?? said}`, role: "button" };
    const words = tooltip(this.#change, this.status, { trouble, remote: vscode.env.remoteName });
    const markdown = new vscode.MarkdownString(words, true);
    markdown.isTrusted = { enabledCommands: LINKS };
    this.#item.tooltip = markdown;
  }

  /** For the walkthrough; and a token that nears its end is told of, once. */
  async #learned(status: Status): Promise<void> {
    const set = (key: string, value: boolean) => vscode.commands.executeCommand("setContext", key, value);
    await set("elitea.signedIn", status.account !== null);
    await set("elitea.projectChosen", status.selection.project !== null);
    await set("elitea.applied", status.targets.length > 0);
    const news = tokenNews(status);
    const state = this.#shell.context.globalState;
    if (!news || state.get(TOLD) === news.key) return;
    await state.update(TOLD, news.key);
    const run = (command: string) => () => vscode.commands.executeCommand(command);
    warn(news.message, ["Sign In", run("elitea.signIn")], ["Manage Tokens", run("elitea.manageTokens")]);
  }
}

/** Launches the helper again, and says what came of it where it does not run. */
export async function restart(shell: Shell): Promise<void> {
  const { helper } = shell;
  const work = helper.restart("the command").then(() => helper.settled());
  let listener: vscode.Disposable | undefined;
  await patiently("starting the helper", work, (progress) => {
    const say = () => {
      if (helper.trouble) progress.report({ message: helper.trouble });
    };
    listener = helper.onDidChangeLife(say);
    say();
  });
  listener?.dispose();
  if (helper.trouble) await showTrouble(shell);
}

/** Why the helper does not run, with the ways out. */
export async function showTrouble(shell: Shell): Promise<void> {
  await complain(new NotRunning(shell.helper.trouble ?? "The helper does not run."));
}
