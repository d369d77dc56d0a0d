// The helper's life in this window: launched, watched, launched again by one path.

import { type ChildProcess, spawn } from "node:child_process";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { Backoff } from "./backoff.ts";
import { BinaryError, check, find } from "./binary.ts";
import type { Connection } from "./client.ts";
import { type ClientHello, PROTOCOL, type Requests, type StatusChange } from "./protocol.ts";
import type { Secrets } from "./secrets.ts";
import type { Life } from "./words.ts";

const HELLO = 15_000;
const LAST = 3000;
const EXIT = 500;

/** What the library says of a request when the connection under it is gone. */
const GONE = [-32097, -32096];

/** Why the helper does not run. */
export class NotRunning extends Error {}

export class Helper implements vscode.Disposable {
  life: Life = "stopped";
  /** Why it does not run, and what to do. */
  trouble: string | undefined;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeLife = this.#changed.event;
  readonly #heard = new vscode.EventEmitter<StatusChange>();
  readonly onDidChangeStatus = this.#heard.event;
  readonly #context: vscode.ExtensionContext;
  readonly #secrets: Secrets;
  readonly #output: vscode.LogOutputChannel;
  readonly #backoff = new Backoff();
  #process: ChildProcess | undefined;
  #connection: Connection | undefined;
  #turn: Promise<void> = Promise.resolve();
  /** The launch that all those share who need the helper while it does not run. */
  #need: Promise<void> | undefined;
  #pause: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(context: vscode.ExtensionContext, secrets: Secrets, output: vscode.LogOutputChannel) {
    this.#context = context;
    this.#secrets = secrets;
    this.#output = output;
  }

  /** Launches the helper, in place of the one that runs: the one way to do so. */
  restart(why: string): Promise<void> {
    this.#backoff.forget();
    return this.#again(why);
  }

  /** Sends a request, after a launch where nothing runs. */
  async request<M extends keyof Requests>(
    method: M,
    params: Requests[M]["params"],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]["result"]> {
    await this.#turn;
    if (!this.#connection) {
      this.#need ??= this.restart("it is needed").finally(() => (this.#need = undefined));
      await this.#need;
    }
    const connection = this.#connection;
    if (!connection) throw new NotRunning(this.trouble ?? "The helper does not run.");
    try {
      return await connection.request(method, params, token);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && GONE.includes(Number(error.code)))) throw error;
      throw new NotRunning(
        "The helper ended before it answered. What it was about to write is whole, old or new.",
      );
    }
  }

  /** Waits until it runs or is given up. */
  async settled(): Promise<void> {
    while (this.life === "starting" && !this.#disposed) {
      await new Promise<void>((resolve) => {
        const once = this.onDidChangeLife(() => {
          once.dispose();
          resolve();
        });
      });
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#pause);
    this.#changed.dispose();
    this.#heard.dispose();
  }

  /** Ends the helper for good. */
  async stop(): Promise<void> {
    this.dispose();
    // A launch that is under way is not waited for: an editor that closes gives little time.
    if (!this.#connection) this.#process?.kill("SIGKILL");
    await this.#turn;
    await this.#end();
  }

  #again(why: string): Promise<void> {
    clearTimeout(this.#pause);
    const turn = this.#turn.then(async () => {
      if (this.#disposed) return;
      this.#output.info(`launching: ${why}`);
      this.#is("starting");
      await this.#end();
      try {
        await this.#launch();
        this.#is("running");
      } catch (error) {
        await this.#end();
        this.#failed(error);
      }
    });
    this.#turn = turn;
    return turn;
  }

  async #launch(): Promise<void> {
    const settings = vscode.workspace.getConfiguration();
    // A workspace cannot set these: their scope is the machine, and only what is set there is read.
    const setting = (key: string) => settings.inspect<string>(key)?.globalValue ?? "";
    const binary = await find({
      setting: setting("elitea.helper.path"),
      bundled: this.#context.asAbsolutePath("bin"),
      path: process.env.PATH,
      platform: process.platform,
    });
    const cwd = homedir();
    const version = await check(binary, cwd);
    this.#output.info(`elitea-helper ${version.version} of ${binary.source}: ${binary.path}`);
    const hello: ClientHello = {
      protocol: PROTOCOL,
      editor: { name: vscode.env.appName, version: vscode.version },
      proxy: setting("http.proxy") || null,
      caFile: setting("elitea.helper.caFile") || null,
    };
    const env = { ...process.env, ...(await this.#secrets.environment()) };
    const child = spawn(binary.path, ["lsp", "--stdio"], { cwd, env, stdio: "pipe", windowsHide: true });
    this.#process = child;
    // What cannot be written any more is told by the end of the process.
    child.stdin.on("error", () => undefined);
    child.stderr.on("data", (bytes: Buffer) => {
      this.#output.info(bytes.toString().trimEnd());
    });
    const ended = new Promise<never>((_, reject) => {
      child.on("error", reject);
      child.once("exit", (code, signal) => {
        reject(new Crash(signal ? `it was ended by ${signal}` : `it ended with ${code ?? 0}`));
        if (this.#process === child && this.life === "running") this.#died(code, signal);
      });
    });
    ended.catch(() => undefined);
    const { connect } = await import("./client.ts");
    const connected = connect({
      process: child,
      hello,
      output: this.#output,
      trusted: vscode.workspace.isTrusted,
      onStatus: (change) => {
        if (this.#process === child && !this.#disposed) this.#heard.fire(change);
      },
    });
    // A process that ended breaks the connection, too: that it ended says more.
    const session = connected.catch(async (error: unknown) => {
      await Promise.race([ended, wait(EXIT)]);
      throw error;
    });
    session.catch(() => undefined);
    this.#connection = await Promise.race([session, ended, late()]);
  }

  /** It ended of itself while it ran. */
  #died(code: number | null, signal: NodeJS.Signals | null): void {
    this.#failed(new Crash(signal ? `it was ended by ${signal}` : `it ended with ${code ?? 0}`));
  }

  #failed(error: unknown): void {
    void this.#connection?.stop();
    this.#connection = undefined;
    if (error instanceof BinaryError) {
      this.#is("failed", `${error.message} ${error.hint}`);
      return;
    }
    const words = error instanceof Error ? error.message : String(error);
    const pause = this.#backoff.died(Date.now());
    this.#output.error(`the helper failed: ${words}`);
    if (pause === undefined) {
      this.#is(
        "failed",
        `The helper failed several times in a row, the last time because ${words}. It is not started again by itself.`,
      );
      return;
    }
    this.#output.info(`launching again in ${pause / 1000} s`);
    this.#is("starting", `The helper failed (${words}) and is started again.`);
    this.#pause = setTimeout(() => void this.#again("it had failed"), pause);
  }

  /** Ends the session politely, then the process. */
  async #end(): Promise<void> {
    const [connection, child] = [this.#connection, this.#process];
    this.#connection = this.#process = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      await connection?.stop();
      return;
    }
    const gone = new Promise((resolve) => child.once("exit", resolve));
    const kill = setTimeout(() => child.kill("SIGKILL"), LAST);
    await connection?.stop();
    child.stdin?.end();
    await gone;
    clearTimeout(kill);
  }

  #is(life: Life, trouble?: string): void {
    this.life = life;
    this.trouble = trouble;
    if (trouble && life === "failed") this.#output.error(trouble);
    if (!this.#disposed) this.#changed.fire();
  }
}

/** It ended of itself. */
class Crash extends Error {}

function wait(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}

function late(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => {
      reject(new Crash(`it did not answer within ${HELLO / 1000} s`));
    }, HELLO).unref();
  });
}
