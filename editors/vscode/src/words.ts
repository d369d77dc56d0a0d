// What people read, made of what the helper says. Nothing here needs an editor.

import type {
  Failure,
  Finding,
  Model,
  Selection,
  Status,
  StatusChange,
  StatusKind,
  TargetReport,
  Token,
} from "./protocol.ts";

/** How the helper itself is. */
export type Life = "starting" | "running" | "stopped" | "failed";

/** One file or several. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** A text of a server or a file, with what could deceive an eye made visible. */
export function visible(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (char) => `\\u{${char.charCodeAt(0).toString(16)}}`,
  );
}

/** The same as Markdown that is nothing but text: no link, no picture, no command comes of it. */
export function markdown(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]()#+\-.!|~$@:/]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
}

/** The item of the status bar. */
export interface Item {
  text: string;
  kind: StatusKind | Life;
  command: string;
}

const ICONS: Record<StatusKind, string> = {
  ok: "$(check)",
  warning: "$(warning)",
  error: "$(error)",
  signedOut: "$(sign-in)",
  offline: "$(debug-disconnect)",
  busy: "$(sync~spin)",
};

/** The command of ours that asks for a request of the protocol. */
const COMMANDS: Record<string, string> = {
  "elitea/auth/login": "elitea.signIn",
  "elitea/selection/set": "elitea.selectProject",
  "elitea/config/plan": "elitea.apply",
  "elitea/config/apply": "elitea.apply",
  "elitea/doctor/run": "elitea.runDoctor",
  "elitea/token/rotate": "elitea.manageTokens",
};

/** What the status bar shows. */
export function item(life: Life, change: StatusChange | undefined): Item {
  if (life === "failed") return { text: "$(error) ELITEA", kind: "failed", command: "elitea.showStatus" };
  if (life !== "running" || !change) {
    const icon = life === "starting" ? "$(sync~spin)" : "$(circle-outline)";
    return { text: `${icon} ELITEA`, kind: life, command: "elitea.showStatus" };
  }
  const label = change.kind === "signedOut" ? "ELITEA: Sign In" : "ELITEA";
  const command = COMMANDS[change.command?.method ?? ""] ?? "elitea.showStatus";
  return { text: `${ICONS[change.kind]} ${label}`, kind: change.kind, command };
}

/** The tooltip: a sentence, a table, and links to our own commands. */
export function tooltip(
  change: StatusChange | undefined,
  status: Status | undefined,
  { trouble, remote }: { trouble?: string | undefined; remote?: string | undefined } = {},
): string {
  const said = trouble ?? change?.message;
  const lines = [`**ELITEA**${said ? ` — ${markdown(said)}` : ""}`];
  const rows = status ? table(status) : [];
  // Beside the files that it changes, which is not where the window is.
  if (remote !== undefined) rows.push(["Runs on", remote]);
  if (rows.length > 0) {
    const cells = rows.map(([name, value]) => `| ${name} | ${markdown(value)} |`);
    lines.push(["| | |", "|:--|:--|", ...cells].join("\n"));
  }
  const links: [string, string, string][] =
    trouble !== undefined
      ? [
          ["debug-restart", "Restart", "elitea.restart"],
          ["output", "Output", "elitea.showOutput"],
        ]
      : change?.kind === "signedOut"
        ? [["sign-in", "Sign in", "elitea.signIn"]]
        : [
            ["symbol-misc", "Model", "elitea.selectModel"],
            ["diff", "Apply", "elitea.apply"],
            ["key", "Tokens", "elitea.manageTokens"],
            ["pulse", "Doctor", "elitea.runDoctor"],
          ];
  lines.push(links.map(([icon, title, command]) => `[$(${icon}) ${title}](command:${command})`).join(" · "));
  return lines.join("\n\n");
}

function table(status: Status): [string, string][] {
  const rows: [string, string][] = [];
  if (status.account) rows.push(["Account", status.account.name || status.account.email]);
  if (status.selection.server) rows.push(["Server", status.selection.server.value]);
  if (status.account) {
    rows.push(["Project", project(status.selection)], ["Model", model(status.selection)]);
  }
  if (status.token) rows.push(["Token", token(status.token)]);
  if (status.targets.length > 0) rows.push(["Files", files(status.targets)]);
  return rows;
}

/** The selected project. */
export function project(selection: Selection): string {
  const chosen = selection.project;
  return chosen ? (chosen.name ?? `project ${chosen.value}`) : "none chosen";
}

/** The model in effect, and why. */
export function model(selection: Selection): string {
  const chosen = selection.model;
  if (!chosen) return "the project's default";
  const name = chosen.name ?? chosen.value.replace(/^\d+\//, "");
  return chosen.source === "the project's default" ? `${name} (the project's default)` : name;
}

/** A token by name and time. */
export function token(token: Pick<Token, "name" | "state" | "daysLeft">): string {
  return [token.name, daysLeft(token)].filter(Boolean).join(", ");
}

/** How long a token lives. */
export function daysLeft(token: Pick<Token, "state" | "daysLeft">): string {
  if (token.state === "never") return "never expires";
  if (token.state === "expired") return "expired";
  const days = token.daysLeft ?? 0;
  return days === 0 ? "expires today" : `${count(days, "day")} left`;
}

/** How many files are in order. */
export function files(targets: TargetReport[]): string {
  const good = targets.filter((target) => target.state === "inOrder" || target.state === "written").length;
  return good === targets.length
    ? `${count(good, "file")} in order`
    : `${good} of ${targets.length} in order`;
}

/** What became of files, in a sentence. */
export function outcome(targets: TargetReport[]): string {
  const number = (state: TargetReport["state"]) => targets.filter((target) => target.state === state).length;
  const parts = [
    number("written") > 0 ? `${count(number("written"), "file")} written` : "",
    number("conflict") > 0 ? `${count(number("conflict"), "file")} with values of yours that differ` : "",
    number("refused") > 0 ? `${count(number("refused"), "file")} refused` : "",
  ].filter((part) => part !== "");
  return parts.length > 0 ? parts.join(", ") : "Everything is in order; nothing was changed";
}

/** A failure and what to do about it. */
export function failure(failure: Failure): string {
  const place = failure.file ? ` (${failure.file}${failure.line ? `:${failure.line}` : ""})` : "";
  return `${failure.message}${place}${failure.hint ? `. ${sentence(failure.hint)}` : ""}`;
}

/** With a capital, where it begins with a word and not with an address, a path or a key. */
export function sentence(text: string): string {
  return /^\p{Ll}+( |$)/u.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** What sets a model apart. */
export function modelDetail(model: Model): string {
  return [
    model.contextWindow === null ? "" : `${tokens(model.contextWindow)} context`,
    model.maxOutputTokens === null ? "" : `${tokens(model.maxOutputTokens)} output`,
    model.vision ? "vision" : "",
    model.reasoning ? "reasoning" : "",
    model.shared ? "shared" : "own",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function tokens(number: number): string {
  if (number >= 1_000_000) return `${Math.round(number / 100_000) / 10}M`;
  return number >= 1000 ? `${Math.round(number / 1000)}K` : String(number);
}

/** How old a list is, where it is not new. */
export function age(seconds: number | null): string {
  if (seconds === null) return "";
  if (seconds < 3600) return `as of ${count(Math.round(seconds / 60), "minute")} ago`;
  return seconds < 172_800
    ? `as of ${count(Math.round(seconds / 3600), "hour")} ago`
    : `as of ${count(Math.round(seconds / 86_400), "day")} ago`;
}

/** Where a finding is, in short: the file is opened when it is chosen. */
export function findingPlace(finding: Finding): string {
  const place = finding.place;
  if (!place) return "";
  const name = place.file.split(/[/\\]/).at(-1) ?? place.file;
  return place.line === null ? name : `${name}:${place.line}`;
}

/** What people are told once of a token: none where all is well with it. */
export function tokenNews(status: Status): { key: string; message: string } | undefined {
  const used = status.token;
  const rejected = status.problems.find((problem) => problem.code === "E_TOKEN_REJECTED");
  const id = `${status.selection.server?.value ?? ""} ${used?.name ?? ""} ${used?.expires ?? ""}`;
  if (rejected) return { key: `rejected ${id}`, message: sentence(failure(rejected)) };
  if (used?.state === "expired") return { key: `expired ${id}`, message: "Your ELITEA token has expired." };
  if (used?.state !== "expiring") return undefined;
  return { key: `expiring ${id}`, message: `Your ELITEA token expires soon: ${daysLeft(used)}.` };
}
