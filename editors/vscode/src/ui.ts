// Asking the helper while a person waits, and saying what came of it.

import * as vscode from "vscode";
import type { Helper } from "./helper.ts";
import { NotRunning } from "./helper.ts";
import type { Failure, Requests } from "./protocol.ts";
import { failure as words, sentence, visible } from "./words.ts";

/** What every command is given. */
export interface Shell {
  context: vscode.ExtensionContext;
  helper: Helper;
  output: vscode.LogOutputChannel;
}

const PATIENCE = 400;
const CANCELLED = -32800;
let asked = 0;

/** Sends a request for a person: with progress and a way to call it off when it takes long. */
export async function ask<M extends keyof Requests>(
  shell: Shell,
  title: string,
  method: M,
  params: Requests[M]["params"],
): Promise<Requests[M]["result"]> {
  const source = new vscode.CancellationTokenSource();
  // The helper tells of the progress under this name, which nobody shows: it is shown here.
  const named = { ...params, workDoneToken: `ask/${++asked}` };
  const answer = shell.helper.request(method, named, source.token);
  try {
    await patiently(title, answer, (_, cancelled) => {
      cancelled?.onCancellationRequested(() => {
        source.cancel();
      });
    });
    return await answer;
  } finally {
    source.dispose();
  }
}

/** What a notification of progress is given. */
type Shown = (progress: vscode.Progress<{ message?: string }>, cancelled?: vscode.CancellationToken) => void;

/** Waits for something; where it takes long, a notification says so. It can be called off where `shown`
 * wants to hear of that. */
export async function patiently(title: string, work: Promise<unknown>, shown: Shown): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, PATIENCE, true)));
  const ended = work.then(
    () => false,
    () => false,
  );
  const takesLong = await Promise.race([ended, late]);
  clearTimeout(timer);
  if (!takesLong) return;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `ELITEA: ${title}`,
    cancellable: shown.length > 1,
  };
  await vscode.window.withProgress(options, async (progress, cancelled) => {
    shown(progress, cancelled);
    await ended;
  });
}

/** What a failed request says; none where it is no failure of the helper's. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !("data" in error)) return undefined;
  const data = error.data as Partial<Failure> | undefined;
  if (typeof data?.code !== "string") return undefined;
  return {
    file: null,
    line: null,
    column: null,
    hint: null,
    choices: [],
    retryable: false,
    ...data,
    code: data.code,
    message: error.message,
  };
}

/** Whether a request was called off. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === CANCELLED;
}

/** Says what went wrong, with what can be done about it. */
export async function complain(error: unknown): Promise<void> {
  if (isCancelled(error)) return;
  const failure = failureOf(error);
  const ways: [string, string][] = [];
  if (error instanceof NotRunning) {
    ways.push(["Restart", "elitea.restart"], ["Show Output", "elitea.showOutput"]);
    if (error.message.includes("elitea.helper.path")) ways.unshift(["Open Settings", "elitea.openSettings"]);
  } else if (failure?.code.startsWith("E_TOKEN")) ways.push(["Sign In", "elitea.signIn"]);
  else if (failure?.code === "E_CHOICE_NEEDED") ways.push(["Select Project", "elitea.selectProject"]);
  else if (failure?.code === "E_FILE_MALFORMED") ways.push(["Run Doctor", "elitea.runDoctor"]);
  else if (failure?.code.startsWith("E_SERVER")) ways.push(["Run Doctor", "elitea.runDoctor"]);
  else ways.push(["Show Output", "elitea.showOutput"]);
  const message = failure ? words(failure) : error instanceof Error ? error.message : String(error);
  const chosen = await vscode.window.showErrorMessage(
    `ELITEA: ${visible(sentence(message))}`,
    ...ways.map(([title]) => title),
  );
  const command = ways.find(([title]) => title === chosen)?.[1];
  if (command) await vscode.commands.executeCommand(command);
}

/** What one may want next, and how it is done. */
type Way = [string, () => Thenable<unknown>];

/** Says that something is done, with what one may want next. Nobody waits for the answer. */
export function tell(message: string, ...ways: Way[]): void {
  const titles = ways.map(([title]) => title);
  void vscode.window.showInformationMessage(`ELITEA: ${visible(message)}`, ...titles).then(follow(ways));
}

/** The same of something that wants care. */
export function warn(message: string, ...ways: Way[]): void {
  const titles = ways.map(([title]) => title);
  void vscode.window.showWarningMessage(`ELITEA: ${visible(message)}`, ...titles).then(follow(ways));
}

function follow(ways: Way[]): (chosen: string | undefined) => unknown {
  return (chosen) => ways.find(([title]) => title === chosen)?.[1]();
}

/** A row of a list, and what it stands for. */
export type Row<T> = vscode.QuickPickItem & { value?: T };

/** A list of rows that are fetched while it is open already. */
export async function pick<T>(
  title: string,
  placeHolder: string,
  rows: Row<T>[] | Promise<Row<T>[]>,
): Promise<T | undefined> {
  const options = { title, placeHolder, matchOnDescription: true, matchOnDetail: true };
  const chosen = await vscode.window.showQuickPick(rows, options);
  return chosen?.value;
}

/** A heading between rows. */
export function heading<T>(label: string): Row<T> {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
