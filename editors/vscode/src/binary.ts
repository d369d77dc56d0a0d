// Where the program is looked for, and what it must say before it is used. Nothing here needs an editor.

import { execFile } from "node:child_process";
import { access, chmod, constants, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { PROTOCOL, type Version } from "./protocol.ts";

/** The program that is to be launched. */
export interface Binary {
  path: string;
  /** Where it comes from, for people. */
  source: string;
}

/** Why there is none, and what a person may do about it. */
export class BinaryError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** What is known of the machine. */
export interface Places {
  /** The setting `elitea.helper.path`. */
  setting: string;
  /** The extension's own folder of programs. */
  bundled: string;
  /** `PATH`. */
  path: string | undefined;
  platform: NodeJS.Platform;
}

const PATIENCE = 10_000;

/** The program: the one of the setting and no other where it is set, else the bundled one, else the first
 * on the `PATH`. A relative folder on the `PATH` would be one of whatever folder is open. */
export async function find(places: Places): Promise<Binary> {
  const name = places.platform === "win32" ? "elitea-helper.exe" : "elitea-helper";
  const setting = places.setting.trim().replace(/^~(?=[/\\])/, homedir());
  if (setting) {
    const hint =
      "Change the setting elitea.helper.path, or empty it to use the program that came with the extension.";
    if (!isAbsolute(setting)) throw new BinaryError(`elitea.helper.path is not absolute: ${setting}`, hint);
    if (!(await isFile(setting))) throw new BinaryError(`There is no program ${setting}.`, hint);
    return { path: setting, source: "the setting elitea.helper.path" };
  }
  const bundled = join(places.bundled, name);
  if (await isFile(bundled)) {
    await makeExecutable(bundled);
    return { path: bundled, source: "the extension" };
  }
  for (const folder of (places.path ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (isAbsolute(folder) && (await isFile(path))) return { path, source: "the PATH" };
  }
  throw new BinaryError(
    "elitea-helper is not installed: this package of the extension has none, and none is on the PATH.",
    "Install elitea-helper, or name it in the setting elitea.helper.path.",
  );
}

/** Asks the program who it is. Fails where it cannot be started or speaks another protocol. */
export async function check(binary: Binary, cwd: string): Promise<Version> {
  const hint = "Update the extension and elitea-helper, or change the setting elitea.helper.path.";
  const said = await new Promise<string>((resolve, reject) => {
    const options = { cwd, timeout: PATIENCE, killSignal: "SIGKILL", windowsHide: true } as const;
    execFile(binary.path, ["--version", "--json"], options, (error, stdout) => {
      if (!error) resolve(stdout);
      else reject(new BinaryError(`${binary.path} cannot be started: ${reason(error)}.`, hint));
    });
  });
  let version: Version;
  try {
    version = JSON.parse(said) as Version;
  } catch {
    throw new BinaryError(`${binary.path} is not elitea-helper, or a very old one.`, hint);
  }
  if (version.protocol !== PROTOCOL) {
    const older = version.protocol > PROTOCOL ? "This extension" : `elitea-helper ${version.version}`;
    throw new BinaryError(
      `${older} is too old: the extension speaks protocol ${PROTOCOL}, ${binary.path} speaks ${version.protocol}.`,
      hint,
    );
  }
  return version;
}

function reason(error: { code?: string | number | null; killed?: boolean; message: string }): string {
  if (error.killed) return `it did not answer within ${PATIENCE / 1000} s`;
  switch (error.code) {
    case "EACCES":
      return "it is not executable, or the system does not allow it (EACCES)";
    case "ENOENT":
      return "a part of it that it needs is missing (ENOENT)";
    case "ENOEXEC":
      return "it was made for another kind of machine (ENOEXEC)";
  }
  return typeof error.code === "number" ? `it ended with ${error.code}` : error.message;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Some ways of unpacking lose the mark. Where it cannot be set, starting the program says so. */
async function makeExecutable(path: string): Promise<void> {
  await access(path, constants.X_OK).catch(() => chmod(path, 0o755).catch(() => undefined));
}
