// A stand-in for ELITEA Code: it declares the same settings, and notes each change of them.

import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TEXTS = [
  "LLMServerUrl",
  "LLMAuthToken",
  "displayType",
  "selectIntegration",
  "LLMModelName",
  "integrationName",
];
const NUMBERS = ["projectId", "customModelSize", "maxTokens", "temperature", "topK", "topP"];
const SWITCHES = ["verifySsl", "enable", "debug"];

/** Makes its VSIX. */
export function reader(): string {
  const folder = mkdtempSync(join(tmpdir(), "elitea-reader-"));
  const declared = (names: string[], type: string) =>
    names.map((name) => [`eliteacode.${name}`, { type, description: name }]);
  const properties = Object.fromEntries([
    ...declared([...TEXTS, "integrationUid"], "string"),
    ...declared(NUMBERS, "number"),
    ...declared(SWITCHES, "boolean"),
  ]) as Record<string, unknown>;
  const manifest = {
    name: "alitacode",
    displayName: "ELITEA Code",
    publisher: "projectalita",
    version: "0.5.0",
    engines: { vscode: "^1.78.0" },
    main: "./main.js",
    activationEvents: ["onStartupFinished"],
    contributes: {
      configuration: {
        title: "ELITEA Code",
        properties,
      },
    },
  };
  const main = `
    const vscode = require("vscode");
    const { appendFileSync } = require("node:fs");
    const file = require("node:path").join(require("node:os").homedir(), "changes");
    const note = () => {
      const { LLMServerUrl, projectId, LLMModelName } = vscode.workspace.getConfiguration("eliteacode");
      appendFileSync(file, JSON.stringify({ LLMServerUrl, projectId, LLMModelName }) + "\\n");
    };
    exports.activate = () => {
      note();
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
