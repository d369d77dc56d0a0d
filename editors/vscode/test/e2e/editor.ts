// A VS Code in a home of its own beside a fake ELITEA server, driven through a browser as a person would.

import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";

const run = promisify(execFile);
const PATIENCE = 30_000;

/** What the first line of `demo --serve` says. */
interface Hello {
  url: string;
  token: string;
  projects: { id: number; name: string }[];
}

/** How an editor is set up. */
export interface Setup {
  /** The folder of an installed code-server. */
  codeServer: string;
  /** The VSIX files to install. */
  extensions: string[];
  /** The helper, for the fake server and the command line. */
  helper: string;
  /** Where screenshots go. */
  shots: string;
  settings?: Record<string, unknown>;
  /** Variables besides. */
  env?: Record<string, string>;
}

/** A place on this machine where everything happens. */
export class Home {
  readonly path = mkdtempSync(join(tmpdir(), "elitea-vscode-"));
  readonly workspace = join(this.path, "work");
  readonly settings = join(this.path, ".local/share/code-server/User/settings.json");
  readonly setup: Setup;
  readonly env: NodeJS.ProcessEnv;
  #server: ChildProcess | undefined;
  #editor: ChildProcess | undefined;
  #log = "";
  port = 0;
  hello: Hello = { url: "", token: "", projects: [] };

  constructor(setup: Setup) {
    this.setup = setup;
    mkdirSync(join(this.path, "tmp"));
    mkdirSync(this.workspace);
    this.env = {
      HOME: this.path,
      PATH: `${dirname(join(setup.codeServer, "bin/node"))}:/usr/local/bin:/usr/bin:/bin`,
      TMPDIR: join(this.path, "tmp"),
      XDG_RUNTIME_DIR: join(this.path, "tmp"),
      LANG: "C.UTF-8",
      ELITEA_HELPER_HOME: this.path,
      ...setup.env,
    };
    this.write(this.settings, JSON.stringify({ ...SETTINGS, ...setup.settings }, null, 2) + "\n");
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  read(path: string): string {
    return readFileSync(path, "utf8");
  }

  /** Starts the fake server; at the port that it had, the second time. */
  async serve(): Promise<void> {
    const port = this.hello.url ? ["--port", new URL(this.hello.url).port] : [];
    const child = spawn(this.setup.helper, ["demo", "--serve", ...port], {
      env: this.env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#server = child;
    const lines = createInterface(child.stdout);
    const [first] = (await once(lines, "line")) as [string];
    const hello = JSON.parse(first) as Hello;
    this.hello = this.hello.url ? { ...hello, url: this.hello.url } : hello;
  }

  async stopServing(): Promise<void> {
    const child = this.#server;
    if (child?.exitCode !== null) return;
    child.stdin?.end();
    await once(child, "exit");
  }

  /** What the command line says, as JSON. */
  async cli(...args: string[]): Promise<unknown> {
    const { stdout } = await run(this.setup.helper, [...args, "--json"], {
      env: this.env,
      cwd: this.path,
    }).catch((error: unknown) => error as { stdout: string });
    return JSON.parse(stdout);
  }

  /** Signs in on the command line, with project 4 chosen. */
  async signIn(): Promise<void> {
    const args = ["login", "--server", this.hello.url, "--token-stdin", "--store", "file"];
    const login = run(this.setup.helper, args, { env: this.env, cwd: this.path });
    login.child.stdin?.end(this.hello.token);
    await login;
    await this.cli("use", "--project", "4");
  }

  /** What goes wrong in the fake server from now on. */
  async faults(...rules: Record<string, unknown>[]): Promise<void> {
    const reply = await fetch(`${this.hello.url}/_fake/faults`, {
      method: "PUT",
      body: JSON.stringify(rules),
    });
    assert.ok(reply.ok, await reply.text());
  }

  /** The processes of this machine that see this home, by what their command line holds. */
  processes(holds: string): number[] {
    const read = (process: string, file: string) => readFileSync(`/proc/${process}/${file}`, "utf8");
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => {
        try {
          return read(name, "cmdline").includes(holds) && read(name, "environ").includes(this.path);
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  /** The helpers that this editor runs now. */
  helpers(): number[] {
    return this.processes("lsp\0--stdio");
  }

  /** Installs the extensions and starts the editor. */
  async start(): Promise<void> {
    const { codeServer } = this.setup;
    const program = [join(codeServer, "bin/node"), join(codeServer, "entry.js")] as const;
    for (const file of this.setup.extensions) {
      await run(program[0], [program[1], "--install-extension", file, "--force"], { env: this.env });
    }
    this.port = await freePort();
    const args = ["--auth", "none", "--bind-addr", `127.0.0.1:${this.port}`];
    const child = spawn(
      program[0],
      [program[1], ...args, "--disable-telemetry", "--disable-update-check", this.workspace],
      { env: this.env, stdio: ["ignore", "pipe", "pipe"] },
    );
    this.#editor = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (bytes: Buffer) => (this.#log += bytes.toString()));
    }
    await until("the editor listens", async () => (await fetch(`http://127.0.0.1:${this.port}/healthz`)).ok);
  }

  /** What the editor and the extension have logged. */
  get log(): string {
    const folder = join(this.path, ".local/share/code-server/logs");
    const ours = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
      (file) => /ELITEA|remoteexthost/.test(file) && file.endsWith(".log"),
    );
    return [this.#log, ...ours.map((file) => `${file}:\n${this.read(join(folder, file))}`)].join("\n");
  }

  /** Ends the editor. */
  async close(): Promise<void> {
    if (this.#editor?.exitCode !== null || this.#editor.signalCode !== null) return;
    this.#editor.kill();
    await once(this.#editor, "exit");
  }

  async end(): Promise<void> {
    await this.close();
    await this.stopServing();
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

const SETTINGS = {
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.reduceMotion": "on",
  "workbench.tips.enabled": false,
  "telemetry.telemetryLevel": "off",
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  assert(address !== null && typeof address === "object");
  return address.port;
}

/** Waits until something holds. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  patience = PATIENCE,
): Promise<void> {
  const end = Date.now() + patience;
  let last: unknown;
  for (;;) {
    try {
      if (await holds()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`it did not come to pass that ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Starts a browser. */
export function browse(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync".split(
      " ",
    ),
  });
}

/** A window of the editor. */
export class Window {
  readonly page: Page;
  readonly #home: Home;
  #shot = 0;

  private constructor(home: Home, page: Page) {
    this.#home = home;
    this.page = page;
  }

  static async show(
    home: Home,
    browser: Browser,
    size = { width: 1280, height: 800 },
    isInstalled = true,
  ): Promise<Window> {
    const context = await browser.newContext({ viewport: size });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    return Window.#of(home, await context.newPage(), isInstalled);
  }

  /** Another window of the same person. */
  async another(): Promise<Window> {
    return Window.#of(this.#home, await this.page.context().newPage(), true);
  }

  static async #of(home: Home, page: Page, isInstalled: boolean): Promise<Window> {
    page.setDefaultTimeout(PATIENCE);
    await page.goto(`http://127.0.0.1:${home.port}/?folder=${encodeURIComponent(home.workspace)}`);
    const window = new Window(home, page);
    await page.locator(".monaco-workbench .statusbar").waitFor();
    if (isInstalled) await window.statusItem.waitFor();
    return window;
  }

  /** Runs a command as a person does. */
  async command(name: string): Promise<void> {
    await this.page.keyboard.press("F1");
    const input = this.quickInput.locator("input[type=text]").first();
    await input.waitFor();
    await input.fill(`>${name}`);
    // The last used comes first, so that the name alone may find a longer one.
    const exact = new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
    const row = this.quickInput
      .locator(".quick-input-list .monaco-list-row .label-name", { hasText: exact })
      .first();
    await row.waitFor();
    await row.click();
  }

  get quickInput(): Locator {
    return this.page.locator(".quick-input-widget:visible");
  }

  /** The rows of the list that is open. */
  row(text: string | RegExp): Locator {
    return this.quickInput.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
  }

  /** Opens a file by its name. */
  async open(name: string): Promise<void> {
    await this.page.keyboard.press("Control+P");
    await this.input.fill(name);
    await this.row(name).click();
    await this.page.locator(".editor-instance .monaco-editor").first().waitFor();
  }

  /** What stands below the box that is open. */
  async message(text: string | RegExp): Promise<void> {
    await this.quickInput.locator(".quick-input-message", { hasText: text }).waitFor();
  }

  async title(text: string | RegExp): Promise<void> {
    await this.quickInput.locator(".quick-input-title", { hasText: text }).waitFor();
  }

  get input(): Locator {
    return this.quickInput.locator(".quick-input-box input").first();
  }

  get statusItem(): Locator {
    return this.page.locator('[id="elitea.elitea-helper.elitea.status"]');
  }

  /** Waits for the status bar to say this, in the label that screen readers get. */
  async status(text: RegExp): Promise<void> {
    let label = "";
    await until(`the status bar says ${text.source}`, async () =>
      text.test((label = await this.statusLabel())),
    ).catch((error: unknown) => {
      throw new Error(`the status bar says: ${label}`, { cause: error });
    });
  }

  async statusLabel(): Promise<string> {
    return this.statusItem.evaluate((item) =>
      [item, ...item.querySelectorAll("*")]
        .map((element) => element.getAttribute("aria-label") ?? "")
        .join(" "),
    );
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-toast", { hasText: text }).first();
  }

  async press(text: string | RegExp, button: string): Promise<void> {
    // Where the pointer was left something may be shown that lies above.
    await this.page.mouse.move(300, 300);
    await this.notification(text).getByRole("button", { name: button, exact: true }).click();
  }

  /** Puts the cursor there, in the file that is open. */
  async goTo(line: number, column: number): Promise<void> {
    await this.page.keyboard.press("Control+G");
    await this.type(`:${line}:${column}`);
    await this.quickInput.waitFor({ state: "hidden" });
  }

  /** The text of the open file, as far as it is on the screen. */
  async text(): Promise<string> {
    const lines = await this.page.locator(".monaco-editor .view-line").allInnerTexts();
    return lines.join("\n").replaceAll("\u00a0", " ");
  }

  /** Chooses a quick fix where the cursor is. */
  async fix(title: string | RegExp, shot?: string): Promise<void> {
    const row = this.page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
    await until(`a quick fix is offered: ${String(title)}`, async () => {
      if (await row.isVisible()) return true;
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("Control+.");
      return row.waitFor({ timeout: 2000 }).then(() => true);
    });
    if (shot) await this.shot(shot);
    await row.click();
  }

  /** Saves to this path, in the editor's own dialog for it. */
  async saveAs(path: string): Promise<void> {
    const { input } = this;
    await until("the dialog names a file", async () => /\.\w+$/.test(await input.inputValue()));
    await input.fill(path);
    // It takes no answer while it still looks into the folder.
    const accept = this.quickInput.getByRole("button", { name: "OK", exact: true });
    await until("the dialog takes it", async () => {
      if (await accept.isVisible()) await accept.click({ timeout: 1000 });
      return accept.waitFor({ state: "hidden", timeout: 1000 }).then(() => true);
    });
  }

  async clearNotifications(): Promise<void> {
    await this.command("Notifications: Clear All Notifications");
  }

  get dialog(): Locator {
    return this.page.locator(".monaco-dialog-box");
  }

  async answer(button: string): Promise<void> {
    await this.dialog.getByRole("button", { name: button, exact: true }).click();
  }

  async type(text: string): Promise<void> {
    await this.input.fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** A person goes to another window, does something there, and comes back. Without a screen no window
   * loses the focus of itself. */
  async away(does: () => Promise<void>): Promise<void> {
    const focus = (has: boolean) =>
      this.page.evaluate((has) => {
        document.hasFocus = () => has;
        globalThis.dispatchEvent(new Event(has ? "focus" : "blur"));
      }, has);
    await focus(false);
    await does();
    await this.page.bringToFront();
    await focus(true);
  }

  /** A picture for the README: `npm run pictures` puts it there. */
  async picture(name: string, clip: { x: number; y: number; width: number; height: number }): Promise<void> {
    const folder = join(this.#home.setup.shots, "../../pictures");
    mkdirSync(folder, { recursive: true });
    await this.page.mouse.move(640, 700);
    await this.page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled", clip });
  }

  async shot(name: string): Promise<void> {
    mkdirSync(this.#home.setup.shots, { recursive: true });
    const number = String(++this.#shot).padStart(2, "0");
    await this.page.screenshot({
      path: join(this.#home.setup.shots, `${number}-${name}.png`),
      animations: "disabled",
    });
  }
}
