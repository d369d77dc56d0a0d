// The language client, in a bundle of its own: it is large, and loaded only when the helper is launched.

import type { ChildProcess } from "node:child_process";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  Trace,
} from "vscode-languageclient/node";
import type { InitializeParams, LanguageClientOptions } from "vscode-languageclient/node";
import type { ClientHello, Notifications, Requests } from "./protocol.ts";

/** One session with one helper. */
export interface Connection {
  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]["params"],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]["result"]>;
  stop(): Promise<void>;
}

/** What a session is begun with. */
export interface Setup {
  process: ChildProcess;
  hello: ClientHello;
  output: vscode.LogOutputChannel;
  /** Whether the helper may know of the folders that are open, and so of what a repository wishes for. */
  trusted: boolean;
  onStatus: (change: Notifications["elitea/status/didChange"]["params"]) => void;
}

/** The files that the language server helps in. User settings have a scheme of their own. */
const DOCUMENTS = ["file", "vscode-userdata"].flatMap((scheme) =>
  ["**/settings.json", "**/*.code-workspace"].map((pattern) => ({ scheme, pattern })),
);

const WATCHED = ["**/.vscode/settings.json", "**/*.code-workspace"];
const STOP = 2000;

/** What of the messages goes to the log at its finest level. */
function trace(output: vscode.LogOutputChannel): Trace {
  if (output.logLevel !== vscode.LogLevel.Trace) return Trace.Off;
  return Trace.fromString(vscode.workspace.getConfiguration("elitea").get("trace.server", "messages"));
}

class Client extends LanguageClient {
  trusted = true;
  /** Whether the session has begun. */
  begun = false;

  /** The library's own messages go to the log alone: what concerns people is said in other words, and why
   * a session did not begin is the launcher's to say. */
  override error(message: string, data?: unknown): void {
    const words = data instanceof Error ? `${message}: ${data.message}` : message;
    if (this.begun) super.error(words, undefined, false);
    else this.debug(words, undefined, false);
  }

  override warn(message: string, data?: unknown): void {
    super.warn(message, data, false);
  }

  protected override fillInitializeParams(params: InitializeParams): void {
    super.fillInitializeParams(params);
    if (this.trusted) return;
    Object.assign(params, { workspaceFolders: null, rootUri: null, rootPath: null });
  }
}

/** Begins a session over the process's standard input and output. */
export async function connect(setup: Setup): Promise<Connection> {
  const { stdin, stdout } = setup.process;
  if (!stdin || !stdout) throw new Error("the helper has no standard input or output");
  // Another program's changes, too: what the editor shows of a file it tells anyway.
  const watchers = WATCHED.map((pattern) => vscode.workspace.createFileSystemWatcher(pattern));
  const options: LanguageClientOptions = {
    documentSelector: DOCUMENTS,
    initializationOptions: { elitea: setup.hello },
    synchronize: { fileEvents: watchers },
    outputChannel: setup.output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    markdown: { isTrusted: false, supportHtml: false },
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      // Whoever launched the process decides whether it is launched again.
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
    },
  };
  const unwatch = () => {
    for (const watcher of watchers) watcher.dispose();
  };
  const client = new Client(
    "elitea",
    "ELITEA",
    () => Promise.resolve({ reader: stdout, writer: stdin, detached: false }),
    options,
  );
  client.trusted = setup.trusted;
  client.onNotification("elitea/status/didChange", setup.onStatus);
  try {
    await client.start();
  } catch (error) {
    unwatch();
    throw error;
  }
  client.begun = true;
  return {
    async request(method, params, token) {
      type Result = Requests[typeof method]["result"];
      // An argument that is there, though undefined, would be sent as a second parameter.
      const send = () =>
        token
          ? client.sendRequest<Result>(method, params, token)
          : client.sendRequest<Result>(method, params);
      if (method !== "elitea/auth/login") return send();
      // The one request with a token in it stays out of the trace.
      await client.setTrace(Trace.Off);
      try {
        return await send();
      } finally {
        await client.setTrace(trace(setup.output));
      }
    },
    async stop() {
      unwatch();
      await client.dispose(STOP).catch(() => undefined);
    },
  };
}
