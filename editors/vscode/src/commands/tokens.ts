// The account's tokens.

import * as vscode from "vscode";
import type { Token } from "../protocol.ts";
import { ask, failureOf, heading, pick, type Row, type Shell, tell } from "../ui.ts";
import { daysLeft, outcome, visible } from "../words.ts";

type Step = { do: "create" } | { do: "rotate" } | { do: "revoke"; token: Token };

export async function manageTokens(shell: Shell): Promise<void> {
  const { tokens } = await ask(shell, "asking for the tokens", "elitea/token/list", {});
  const icon = (token: Token) =>
    token.state === "expired" ? "error" : token.state === "expiring" ? "warning" : "key";
  const rows: Row<Step>[] = [
    {
      label: "$(add) Create a token",
      detail: "It is kept by the helper, and in use from then on.",
      value: { do: "create" },
    },
    {
      label: "$(sync) Rotate the token in use",
      detail: "A new one takes its place in every file.",
      value: { do: "rotate" },
    },
    heading("Tokens"),
    ...tokens.map((token) => ({
      label: `$(${icon(token)}) ${visible(token.name ?? "without a name")}`,
      description: [daysLeft(token), token.inUse ? "in use" : "", token.ours ? "made by the helper" : ""]
        .filter(Boolean)
        .join(" · "),
      value: { do: "revoke", token } as const,
    })),
  ];
  const step = await pick("ELITEA: Tokens", "Choose a token to revoke it", rows);
  switch (step?.do) {
    case "create":
      return create(shell);
    case "rotate":
      return rotate(shell);
    case "revoke":
      return revoke(shell, step.token);
  }
}

async function askLifetime(title: string): Promise<string | undefined> {
  return pick(title, "How long shall it live?", [
    { label: "30 days", value: "30d" },
    { label: "90 days", value: "90d" },
    { label: "365 days", value: "365d" },
    { label: "It never expires", value: "never" },
  ]);
}

async function create(shell: Shell): Promise<void> {
  const title = "ELITEA: Create a Token";
  const name = await vscode.window.showInputBox({
    title,
    prompt: "Its name",
    placeHolder: "letters, digits, _ and -",
  });
  if (!name) return;
  const expires = await askLifetime(title);
  if (expires === undefined) return;
  const { token, store } = await ask(shell, "making a token", "elitea/token/create", { name, expires });
  tell(`The token ${token.name ?? ""} is made and in use, ${daysLeft(token)}. It is kept in: ${store}.`);
}

async function rotate(shell: Shell): Promise<void> {
  const expires = await askLifetime("ELITEA: Rotate the Token");
  if (expires === undefined) return;
  const done = await ask(shell, "rotating the token", "elitea/token/rotate", { expires });
  const files = done.targets.length > 0 ? ` ${outcome(done.targets)}.` : "";
  tell(
    [
      `The new token is in use, ${daysLeft(done.token)}; the old one: ${done.old}.${files}`,
      ...done.notes,
    ].join(" "),
  );
}

async function revoke(shell: Shell, token: Token): Promise<void> {
  const name = token.name ?? "without a name";
  const detail = token.inUse
    ? "It is the one in use here: you will be signed out."
    : token.ours
      ? "The helper made it."
      : "No helper made it: something else may still use it.";
  const chosen = await vscode.window.showWarningMessage(
    `Delete the token ${visible(name)} on the server?`,
    { modal: true, detail },
    "Delete",
  );
  if (chosen === undefined) return;
  const params = { token: token.uuid ?? name, confirmed: true };
  try {
    const done = await ask(shell, "deleting the token", "elitea/token/revoke", params);
    tell([`The token ${name} is deleted.`, ...done.notes].join(" "));
  } catch (error) {
    if (failureOf(error)?.code !== "E_TOKEN_MISSING") throw error;
    tell(`The token ${name} was deleted already.`);
  }
}
