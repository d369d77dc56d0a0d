// Applying, undoing, removing, settling conflicts, downloading.

import * as vscode from "vscode";
import type { Review } from "../diff.ts";
import type { Plan, ResolveParams, TargetParams, TargetReport } from "../protocol.ts";
import { isForbidden, UNTRUSTED } from "../trust.ts";
import { ask, complain, failureOf, heading, pick, type Row, type Shell, tell, warn } from "../ui.ts";
import { count, failure, model, outcome, project, sentence, token, visible } from "../words.ts";

/** Shows what would change, and carries it out if a person agrees. */
export async function apply(shell: Shell, review: Review, targets: TargetParams = {}): Promise<void> {
  const chosen = await plan(shell, targets);
  if (!chosen) return;
  const { plan: shown, targets: meant } = chosen;
  if (shown.targets.every((report) => report.diff === "")) {
    await report(shell, shown.targets, null);
    return;
  }
  if (!(await review.agreed("ELITEA: What Would Change", shown.targets))) return;
  try {
    const done = await ask(shell, "writing the settings", "elitea/config/apply", {
      ...meant,
      plan: shown.id,
    });
    await report(shell, done.targets, done.history);
  } catch (error) {
    if (failureOf(error)?.code !== "E_PLAN_STALE") throw error;
    warn("The files have changed meanwhile. Please look again.");
    await apply(shell, review, targets);
  }
}

/** The plan; where nothing says which IDEs are meant, a person does. */
async function plan(
  shell: Shell,
  targets: TargetParams,
): Promise<{ plan: Plan; targets: TargetParams } | undefined> {
  const title = "working out what would change";
  let found: Plan;
  try {
    found = await ask(shell, title, "elitea/config/plan", targets);
  } catch (error) {
    const failure = failureOf(error);
    const choices = failure?.code === "E_CHOICE_NEEDED" ? failure.choices : [];
    if (choices.length === 0 || !failure?.hint?.includes("--ide")) throw error;
    const asked = await askIdes(shell, choices);
    return asked && plan(shell, asked);
  }
  const forbidden = found.targets.filter((report) => isForbidden(report.target.path));
  if (forbidden.length === 0) return { plan: found, targets };
  const paths = found.targets
    .filter((report) => !forbidden.includes(report))
    .map((report) => report.target.path);
  warn(UNTRUSTED);
  return paths.length > 0 ? plan(shell, { paths }) : undefined;
}

async function askIdes(shell: Shell, choices: string[]): Promise<TargetParams | undefined> {
  const { installed } = await ask(shell, "looking for IDEs", "elitea/ide/list", {});
  const app = vscode.env.appName.toLowerCase();
  const rows = choices.map((value) => {
    const ide = installed.find(({ ide }) => ide === value);
    const name = ide?.ideName ?? value;
    return {
      label: name,
      description: visible(ide?.path ?? ""),
      picked: choices.length === 1 || app.includes(name.toLowerCase()) || app.includes(value),
      value,
    };
  });
  // A remote window runs beside the files of the other machine: its own settings are those in reach.
  const remote = vscode.env.remoteName !== undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  if (remote) {
    rows.unshift({
      label: `The machine settings of ${vscode.env.remoteName ?? "the remote machine"}`,
      description: "the user settings of your own computer cannot be reached from here",
      picked: true,
      value: "",
    });
  }
  const options = {
    canPickMany: true,
    title: "ELITEA: Which editors shall be set up?",
    placeHolder: "You can change this at any time",
  } as const;
  const chosen = await vscode.window.showQuickPick(rows, options);
  if (!chosen || chosen.length === 0) return undefined;
  const ides = chosen.map(({ value }) => value).filter((value) => value !== "");
  if (ides.length === chosen.length) return { ides, scopes: ["user"] };
  return ides.length > 0 ? { ides, scopes: ["user", "machine"] } : { ides: choices, scopes: ["machine"] };
}

/** The same for the folder that is open. */
export async function applyToWorkspace(shell: Shell, review: Review): Promise<void> {
  const folders = vscode.workspace.workspaceFolders?.filter(({ uri }) => uri.scheme === "file") ?? [];
  const folder =
    folders.length > 1
      ? await vscode.window.showWorkspaceFolderPick({ placeHolder: "Which folder?" })
      : folders[0];
  if (folder) await apply(shell, review, { workspace: folder.uri.fsPath });
}

/** What became of files: a sentence, the way back, and what wants a decision. */
async function report(shell: Shell, targets: TargetReport[], history: string | null): Promise<void> {
  const undo: [string, () => Thenable<unknown>][] =
    history === null ? [] : [["Undo", () => vscode.commands.executeCommand("elitea.undo")]];
  const refused = targets.find((target) => target.error !== null)?.error;
  if (refused) {
    await complain(Object.assign(new Error(refused.message), { data: refused }));
    return;
  }
  const conflicts = targets.filter((target) => target.state === "conflict");
  if (conflicts.length > 0) {
    const settle = () => settleConflicts(shell, conflicts).catch(complain);
    tell(`${outcome(targets)}.`, ["Settle…", settle], ...undo);
    return;
  }
  tell(`${outcome(targets)}.`, ...undo);
}

/** Asks for each file what becomes of the values that a person changed. */
async function settleConflicts(shell: Shell, targets: TargetReport[]): Promise<void> {
  for (const { target, keys } of targets) {
    const rows = keys
      .filter(({ outcome }) => outcome === "conflict")
      .map(({ key, theirs }) => ({
        label: key,
        description: theirs === null ? "" : `yours: ${visible(theirs)}`,
        picked: true,
      }));
    const options = {
      canPickMany: true,
      title: `ELITEA: ${target.path}`,
      placeHolder: "Which keys?",
    } as const;
    const chosen = await vscode.window.showQuickPick(rows, options);
    if (!chosen || chosen.length === 0) return;
    const choice = await pick<"keep" | "take">("ELITEA: Whose values?", count(chosen.length, "key"), [
      {
        label: "$(person) Keep mine",
        detail: "They stay, and are neither touched nor reported again.",
        value: "keep",
      },
      { label: "$(arrow-down) Take ELITEA's", detail: "Those of the selection are written.", value: "take" },
    ]);
    if (!choice) return;
    await resolve(shell, { keys: chosen.map(({ label }) => label), choice, paths: [target.path] });
  }
}

/** Settles keys, as a quick fix asks for it. */
export async function resolve(shell: Shell, params: ResolveParams): Promise<void> {
  if (params.paths?.some(isForbidden)) {
    warn(UNTRUSTED);
    return;
  }
  const done = await ask(shell, "settling keys", "elitea/config/resolve", params);
  await report(shell, done.targets, done.history);
}

/** Takes the last change back. */
export async function undo(shell: Shell): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    const { entries } = await ask(shell, "looking what was changed", "elitea/config/history", {});
    const last = entries.find(({ undone, verb }) => undone === null && verb !== "undo");
    if (last?.files.some(isForbidden)) {
      warn(UNTRUSTED);
      return;
    }
  }
  const done = await ask(shell, "taking a change back", "elitea/config/undo", {});
  await report(shell, done.targets, null);
}

/** Takes our keys out of every file. */
export async function remove(shell: Shell): Promise<void> {
  const status = await ask(shell, "asking how things stand", "elitea/status/get", {});
  const all = status.targets.map(({ target }) => target);
  const registered = all.filter(({ path }) => !isForbidden(path));
  if (registered.length === 0) {
    if (all.length > 0) warn(UNTRUSTED);
    else tell("No file holds settings of ELITEA's.");
    return;
  }
  const files = registered.map(({ path }) => visible(path)).join("\n");
  const chosen = await vscode.window.showWarningMessage(
    `Remove ELITEA's settings from ${count(registered.length, "file")}?`,
    { modal: true, detail: `Each key goes back to what stood there before. This can be undone.\n\n${files}` },
    "Remove",
  );
  if (chosen === undefined) return;
  const some = registered.length < all.length ? { paths: registered.map(({ path }) => path) } : {};
  const done = await ask(shell, "taking our keys out", "elitea/config/remove", some);
  await report(shell, done.targets, done.history);
}

/** Writes the file that ELITEA's web page offers. */
export async function download(shell: Shell): Promise<void> {
  const ide = await pick("ELITEA: Download Settings File", "For which IDE?", [
    { label: "VS Code", description: "settings.json", value: "vscode" },
    { label: "JetBrains", description: "elitea.xml", value: "jetbrains" },
  ]);
  if (ide === undefined) return;
  const { fileName, text } = await ask(shell, "rendering the settings", "elitea/settings/render", { ide });
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    title: "Save the settings file",
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, fileName) } : {}),
  });
  if (!uri) return;
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text, "utf8"));
  await vscode.window.showTextDocument(uri);
  tell(
    text.includes("Your_Personal_Token")
      ? "The file holds a placeholder where the token belongs."
      : "The file holds no token: it is typed into the IDE.",
  );
}

/** How things stand, as a list from which one goes on. */
export async function showStatus(shell: Shell): Promise<void> {
  const status = await ask(shell, "asking how things stand", "elitea/status/get", {});
  const to = (command: string) => () => vscode.commands.executeCommand(command);
  const rows: Row<() => Thenable<unknown>>[] = [];
  for (const problem of status.problems) {
    rows.push({
      label: `$(warning) ${visible(sentence(problem.message))}`,
      detail: visible(problem.hint ?? ""),
      value: to("elitea.runDoctor"),
    });
  }
  rows.push(heading("Account"));
  if (status.account) {
    rows.push({
      label: `$(account) ${visible(status.account.name || status.account.email)}`,
      description: visible(status.selection.server?.value ?? ""),
      value: to("elitea.signOut"),
    });
  } else if (!status.token) {
    rows.push({
      label: "$(sign-in) Sign in",
      description: visible(status.selection.server?.value ?? ""),
      value: to("elitea.signIn"),
    });
  }
  if (status.token) {
    rows.push({
      label: `$(key) ${visible(token(status.token))}`,
      description: `kept in: ${status.token.store}`,
      value: to("elitea.manageTokens"),
    });
  }
  if (status.account) {
    rows.push(
      heading("Selection"),
      {
        label: `$(project) ${visible(project(status.selection))}`,
        description: "project",
        value: to("elitea.selectProject"),
      },
      {
        label: `$(symbol-misc) ${visible(model(status.selection))}`,
        description: "model",
        value: to("elitea.selectModel"),
      },
    );
  }
  // What hides how the files stand is told above.
  if (status.targets.length > 0 || status.account) rows.push(heading("Files"));
  for (const report of status.targets) {
    const good = report.state === "inOrder";
    const name = [report.target.ideName, report.target.scope, report.target.label]
      .filter(Boolean)
      .join(" · ");
    rows.push({
      label: `$(${good ? "check" : "warning"}) ${visible(name)}`,
      description: good ? "in order" : report.error ? visible(failure(report.error)) : report.state,
      detail: visible(report.target.path),
      value: good
        ? () => vscode.window.showTextDocument(vscode.Uri.file(report.target.path))
        : to("elitea.apply"),
    });
  }
  if (status.targets.length === 0 && status.account) {
    rows.push({
      label: "$(diff) Apply settings",
      detail: "No file is set up yet.",
      value: to("elitea.apply"),
    });
  }
  for (const note of status.notes.filter(() => status.targets.length > 0))
    rows.push({ label: `$(info) ${visible(note)}` });
  const next = await pick("ELITEA: Status", "Choose a row to go on from there", rows);
  await next?.();
}
