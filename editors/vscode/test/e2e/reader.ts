// A stand-in for ELITEA Code: it declares the same settings, and notes each change of them.

import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What it declares, with its defaults. */
const DECLARED: Record<string, string | number | boolean> = {
  LLMServerUrl: "",
  LLMAuthToken: "",
  projectId: 1,
  displayType: "append",
  verifySsl: true,
  enable: true,
  debug: false,
  selectIntegration: "",
  LLMModelName: "",
  integrationName: "",
  integrationUid: "Integration UUID goes here",
  customModelSize: 4096,
  maxTokens: 1024,
  temperature: 0.8,
  topK: 40,
  topP: 0.8,
};

/** Makes its VSIX. */
export function reader(): string {
  const folder = mkdtempSync(join(tmpdir(), "elitea-reader-"));
  const properties = Object.fromEntries(
    Object.entries(DECLARED).map(([name, value]) => [
      `eliteacode.${name}`,
      { type: typeof value, default: value, description: name },
    ]),
  );
  const manifest = {
    name: "alitacode",
    displayName: "ELITEA Code",
    publisher: "projectalita",
    version: "0.5.0",
    engines: { vscode: "^1.78.0" },
    main: "./main.js",
    files: ["main.js"],
    activationEvents: ["onStartupFinished"],
    contributes: {
      commands: [{ command: "reader.measure", title: "Reader: Measure" }],
      configuration: {
        title: "ELITEA Code",
        properties,
      },
    },
  };
  const main = `
    const vscode = require("vscode");
    const { appendFileSync, writeFileSync } = require("node:fs");
    const file = require("node:path").join(require("node:os").homedir(), "changes");
    const note = () => {
      const values = vscode.workspace.getConfiguration("eliteacode");
      const known = ${JSON.stringify(Object.keys(DECLARED))}.map((name) => [name, values.get(name)]);
      appendFileSync(file, JSON.stringify(Object.fromEntries(known)) + "\\n");
    };
    // Its memory, without what is only waiting to be thrown away.
    const measure = () => {
      require("node:v8").setFlagsFromString("--expose-gc");
      require("node:vm").runInNewContext("gc")();
      writeFileSync(file + ".memory", JSON.stringify(process.memoryUsage()));
    };
    exports.activate = () => {
      note();
      vscode.commands.registerCommand("reader.measure", measure);
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("eliteacode") && note());
    };`;
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "main.js"), main);
  writeFileSync(join(folder, "README.md"), "A stand-in.");
  const file = join(folder, "reader.vsix");
  const vsce = join(import.meta.dirname, "../../node_modules/.bin/vsce");
  const args = [
    "package",
    "--no-dependencies",
    "--allow-missing-repository",
    "--skip-license",
    "--out",
    file,
  ];
  execFileSync(vsce, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return file;
}
