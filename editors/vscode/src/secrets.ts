// The editor's own secret storage, for where no keychain works: the helper gets the token in its environment.

import type * as vscode from "vscode";

const KEY = "elitea.token";

/** A token and the one server that it is for. */
interface Kept {
  server: string;
  token: string;
}

export class Secrets {
  readonly #storage: vscode.SecretStorage;
  /** What this window knows to be kept. */
  #known: string | undefined;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  /** Calls back when another window keeps or forgets the token. */
  onDidChange(listener: () => void): vscode.Disposable {
    return this.#storage.onDidChange(async ({ key }) => {
      if (key !== KEY) return;
      const before = this.#known;
      if ((await this.#read()) !== before) listener();
    });
  }

  async keep(kept: Kept): Promise<void> {
    this.#known = JSON.stringify(kept);
    await this.#storage.store(KEY, this.#known);
  }

  /** Whether there is a token. */
  async has(): Promise<boolean> {
    return (await this.#read()) !== undefined;
  }

  /** Forgets the token; whether there was one. */
  async forget(): Promise<boolean> {
    if (!(await this.has())) return false;
    this.#known = undefined;
    await this.#storage.delete(KEY);
    return true;
  }

  /** What the helper is started with. */
  async environment(): Promise<Record<string, string>> {
    const kept = parse(await this.#read());
    return kept ? { ELITEA_DEPLOYMENT_URL: kept.server, ELITEA_TOKEN: kept.token } : {};
  }

  async #read(): Promise<string | undefined> {
    this.#known = await this.#storage.get(KEY);
    return this.#known;
  }
}

/** What was kept; none where it is nothing of ours. */
function parse(text: string | undefined): Kept | undefined {
  try {
    const kept = JSON.parse(text ?? "null") as Partial<Kept> | null;
    if (typeof kept?.server !== "string" || typeof kept.token !== "string") return undefined;
    return { server: kept.server, token: kept.token };
  } catch {
    return undefined;
  }
}
