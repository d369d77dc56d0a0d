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
  /** The changes of this window that it has not been told of yet. */
  #own = 0;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  /** Calls back when another window keeps or forgets the token. */
  onDidChange(listener: () => void): vscode.Disposable {
    return this.#storage.onDidChange(({ key }) => {
      if (key !== KEY) return;
      if (this.#own > 0) this.#own--;
      else listener();
    });
  }

  async keep(kept: Kept): Promise<void> {
    this.#own++;
    await this.#storage.store(KEY, JSON.stringify(kept));
  }

  /** Forgets the token; whether there was one. */
  async forget(): Promise<boolean> {
    const had = (await this.#storage.get(KEY)) !== undefined;
    if (!had) return false;
    this.#own++;
    await this.#storage.delete(KEY);
    return true;
  }

  /** What the helper is started with. */
  async environment(): Promise<Record<string, string>> {
    const text = await this.#storage.get(KEY);
    if (text === undefined) return {};
    const { server, token } = JSON.parse(text) as Kept;
    return { ELITEA_DEPLOYMENT_URL: server, ELITEA_TOKEN: token };
  }
}
