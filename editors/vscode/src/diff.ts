// What would change, in the editor's own diff view, and the question whether it shall.

import * as vscode from "vscode";
import { commentOf, sides } from "./patch.ts";
import type { TargetReport } from "./protocol.ts";
import { count, sentence, visible } from "./words.ts";

const SCHEME = "elitea-change";
const SHOWN = "elitea.changeShown";

/** Shows changes and asks, one question at a time. */
export class Review implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  #number = 0;
  #answer: ((answer: boolean) => void) | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  register(): vscode.Disposable[] {
    return [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.commands.registerCommand("elitea.confirmChange", () => this.#answer?.(true)),
      vscode.commands.registerCommand("elitea.discardChange", () => this.#answer?.(false)),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? "";
  }

  /** Shows what would become of these files; whether a person agrees. A question that is still open is
   * answered with no, and put away first. */
  agreed(title: string, reports: TargetReport[], verb = "Apply"): Promise<boolean> {
    const changes = reports.filter((report) => report.diff !== "");
    if (changes.length === 0) return Promise.resolve(true);
    this.#answer?.(false);
    const turn = this.#turn.then(() => this.#ask(title, changes, verb));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #ask(title: string, changes: TargetReport[], verb: string): Promise<boolean> {
    const uris = await Promise.all(changes.map((report) => this.#open(report)));
    const first = uris[0];
    if (uris.length === 1 && first) {
      await vscode.commands.executeCommand("vscode.diff", first.before, first.after, title, {
        preview: true,
      });
    } else {
      const resources = uris.map(({ before, after }) => [after, before, after]);
      await vscode.commands.executeCommand("vscode.changes", title, resources);
    }
    await vscode.commands.executeCommand("setContext", SHOWN, true);
    const ours = (tab: vscode.Tab) =>
      tab.label.startsWith(title) ||
      (tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.scheme === SCHEME);
    const agreed = await new Promise<boolean>((resolve) => {
      const closed = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.some(ours)) mine(false);
      });
      let open = true;
      // Later answers, as to a notification that is still there, are to no other question.
      const mine = (answer: boolean) => {
        if (!open) return;
        open = false;
        this.#answer = undefined;
        closed.dispose();
        resolve(answer);
      };
      this.#answer = mine;
      const notes = changes
        .flatMap((report) => report.notes)
        .filter((note, at, all) => all.indexOf(note) === at);
      const question = `${verb} ${verb === "Apply" ? "these changes to " : ""}${count(changes.length, "file")}?`;
      void vscode.window
        .showInformationMessage(
          [`ELITEA: ${question}`, ...notes.map((note) => `${visible(sentence(note))}.`)].join(" "),
          verb,
          "Discard",
        )
        .then((answer) => {
          if (answer !== undefined) mine(answer === verb);
        });
    });
    await vscode.commands.executeCommand("setContext", SHOWN, false);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(ours);
    await vscode.window.tabGroups.close(tabs);
    for (const { before, after } of uris) {
      this.#texts.delete(before.toString());
      this.#texts.delete(after.toString());
    }
    return agreed;
  }

  async #open(report: TargetReport): Promise<{ before: vscode.Uri; after: vscode.Uri }> {
    const { path } = report.target;
    const both = sides(report.diff, commentOf(path));
    const number = ++this.#number;
    const uri = (side: keyof typeof both) =>
      vscode.Uri.file(path).with({ scheme: SCHEME, query: `${number} ${side}` });
    const made = { before: uri("before"), after: uri("after") };
    for (const side of ["before", "after"] as const) {
      this.#texts.set(made[side].toString(), both[side]);
      const document = await vscode.workspace.openTextDocument(made[side]);
      // Pieces of a file are no valid JSON: this language looks the same, and nobody complains of errors in it.
      if (/^jsonc?$/.test(document.languageId))
        await vscode.languages.setTextDocumentLanguage(document, "jsonl");
    }
    return made;
  }
}
