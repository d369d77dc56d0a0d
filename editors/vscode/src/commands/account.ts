// Signing in and out.

import * as vscode from "vscode";
import type { LoggedIn, TokenPage } from "../protocol.ts";
import type { Secrets } from "../secrets.ts";
import { looksLikeToken } from "../token.ts";
import { ask, failureOf, pick, type Shell, tell } from "../ui.ts";
import { failure as words, sentence, visible } from "../words.ts";

const OPEN = {
  iconPath: new vscode.ThemeIcon("link-external"),
  tooltip: "Open the page where a token is made",
};

/** Takes a token: opens the page where it is made, waits for it, hands it to the helper. */
export async function signIn(shell: Shell, secrets: Secrets): Promise<void> {
  const page = await findPage(shell);
  if (!page) return;
  void open(page);
  const done = await takeToken(shell, secrets, page);
  if (!done) return;
  const run = (command: string) => () => vscode.commands.executeCommand(command);
  const name = done.account.name || done.account.email;
  if (done.project === null) {
    tell(`Signed in as ${name}.`, ["Select Project", run("elitea.selectProject")]);
  } else {
    tell(
      `Signed in as ${name}.`,
      ["Apply Settings", run("elitea.apply")],
      ["Select Model", run("elitea.selectModel")],
    );
  }
}

/** The page, of the server that is set up or that a person names. */
async function findPage(shell: Shell, server?: string): Promise<TokenPage | undefined> {
  const title = "finding the page";
  try {
    return await ask(shell, title, "elitea/auth/page", {});
  } catch (error) {
    if (failureOf(error)?.code !== "E_USAGE") throw error;
  }
  let page: TokenPage | undefined;
  const named = await vscode.window.showInputBox({
    title: "Sign In to ELITEA (1/2)",
    prompt: "The address of your ELITEA server",
    placeHolder: "https://next.elitea.ai",
    value: server ?? "",
    ignoreFocusOut: true,
    validateInput: async (value) => {
      if (value.trim() === "") return undefined;
      try {
        page = await shell.helper.request("elitea/auth/page", { server: value });
        return undefined;
      } catch (error) {
        const failure = failureOf(error);
        if (!failure) throw error;
        page = undefined;
        return sentence(words(failure));
      }
    },
  });
  return named === undefined || named.trim() === "" ? undefined : page;
}

function open(page: TokenPage): Thenable<boolean> {
  return vscode.env.openExternal(vscode.Uri.parse(page.page, true));
}

/** What a sign-in led to, whichever store keeps the token. */
type Done = Pick<LoggedIn, "account" | "project">;

function takeToken(shell: Shell, secrets: Secrets, page: TokenPage): Promise<Done | undefined> {
  const box = vscode.window.createInputBox();
  box.title = "Sign In to ELITEA (2/2)";
  box.password = true;
  box.ignoreFocusOut = true;
  box.buttons = [OPEN];
  const prompt = `Create a token on ${page.server}, copy it, and come back`;
  box.prompt = prompt;
  box.placeholder = "Paste the token";
  return new Promise((resolve, reject) => {
    // Whoever comes back with a token on the clipboard needs no more than Enter. Nothing else on it is
    // looked at or kept.
    const back = vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused && box.enabled && box.value === "") {
        void vscode.env.clipboard.readText().then((text) => {
          if (box.value !== "" || !looksLikeToken(text)) return;
          box.value = text.trim();
          box.prompt = "A token was on the clipboard: sign in with it?";
        });
      }
    });
    box.onDidTriggerButton(() => void open(page));
    box.onDidChangeValue((value) => {
      box.validationMessage = undefined;
      if (value === "") box.prompt = prompt;
    });
    let hidden = false;
    const accept = async () => {
      box.busy = true;
      box.enabled = false;
      try {
        resolve(await logIn(shell, secrets, page.server, box.value));
        box.hide();
      } catch (error) {
        const failure = failureOf(error);
        // A question about the store takes the box's place.
        if (failure && !hidden) {
          box.validationMessage = sentence(visible(words(failure)));
          box.busy = false;
          box.enabled = true;
          return;
        }
        reject(error instanceof Error ? error : new Error(String(error)));
        box.hide();
      }
    };
    box.onDidAccept(() => {
      if (box.value.trim() !== "" && box.enabled) void accept();
    });
    box.onDidHide(() => {
      hidden = true;
      back.dispose();
      if (box.enabled) resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

async function logIn(
  shell: Shell,
  secrets: Secrets,
  server: string,
  token: string,
): Promise<Done | undefined> {
  try {
    return await ask(shell, "checking the token", "elitea/auth/login", { token, server });
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.code !== "E_STORE_UNAVAILABLE") throw error;
    shell.output.warn(failure.message);
    return otherStore(shell, secrets, server, token);
  }
}

/** No keychain works, as on machines without a desktop: a person chooses what keeps the token. */
async function otherStore(
  shell: Shell,
  secrets: Secrets,
  server: string,
  token: string,
): Promise<Done | undefined> {
  const store = await pick<"editor" | "file">(
    "ELITEA: No Keychain Works Here",
    "Where shall the token be kept?",
    [
      {
        label: "$(lock) The editor's own secret storage",
        detail: "Only this editor uses it; others, and the command line, do not.",
        value: "editor",
      },
      {
        label: "$(file) A plain file that only you can read",
        detail: "Every editor on this machine and the command line use it.",
        value: "file",
      },
    ],
  );
  if (store === undefined) return undefined;
  if (store === "file")
    return ask(shell, "checking the token", "elitea/auth/login", { token, server, store });
  await secrets.keep({ server, token });
  try {
    await shell.helper.restart("the editor keeps the token");
    const status = await ask(shell, "checking the token", "elitea/status/get", {});
    if (status.account) {
      return { account: status.account, project: Number(status.selection.project?.value ?? NaN) || null };
    }
    const problem = status.problems[0];
    throw Object.assign(new Error(problem?.message ?? "The token was not accepted."), { data: problem });
  } catch (error) {
    await secrets.forget();
    await shell.helper.restart("the token was not accepted");
    throw error;
  }
}

/** Forgets the token. */
export async function signOut(shell: Shell, secrets: Secrets): Promise<void> {
  const [out, revoke] = ["Sign Out", "Sign Out and Delete the Token"];
  const detail =
    "The token is forgotten here, and taken out of the settings that ELITEA wrote. The server keeps it unless you delete it.";
  const chosen = await vscode.window.showWarningMessage(
    "Sign out of ELITEA?",
    { modal: true, detail },
    out,
    revoke,
  );
  if (chosen === undefined) return;
  // The helper may need the token that the editor keeps, to delete it on the server. That one is forgotten
  // whatever comes of it.
  try {
    const done = await ask(shell, "signing out", "elitea/auth/logout", { revoke: chosen === revoke });
    const notes = (await secrets.has()) ? [] : done.notes;
    tell([done.revoked ? "Signed out, and the token is deleted." : "Signed out.", ...notes].join(" "));
  } finally {
    // The helper was given it, and is started again without one.
    if (await secrets.forget()) await shell.helper.restart("the token was forgotten");
  }
}

/** Opens the page where a token is made. */
export async function openTokenPage(shell: Shell): Promise<void> {
  const page = await findPage(shell);
  if (page) await open(page);
}
