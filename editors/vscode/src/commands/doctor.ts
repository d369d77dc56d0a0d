// Finding what is wrong, mending it, reporting it.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import type { Review } from "../diff.ts";
import type { Finding, RepairChoice, Severity } from "../protocol.ts";
import { isForbidden, UNTRUSTED } from "../trust.ts";
import { ask, heading, pick, type Row, type Shell, tell, warn } from "../ui.ts";
import { count, findingPlace, sentence, visible } from "../words.ts";

const ICONS: Record<Severity, string> = { error: "$(error)", warning: "$(warning)", info: "$(info)" };
const HEADINGS: Record<Severity, string> = { error: "Errors", warning: "Warnings", info: "Worth knowing" };

export async function runDoctor(shell: Shell, review: Review): Promise<void> {
  const { findings, files } = await ask(shell, "looking around", "elitea/doctor/run", {});
  if (findings.length === 0) {
    tell(`Nothing is wrong. ${count(files.length, "file")} looked at.`);
    return;
  }
  const rows = (["error", "warning", "info"] as const).flatMap((severity): Row<Finding>[] => {
    const those = findings.filter((finding) => finding.severity === severity);
    if (those.length === 0) return [];
    return [
      heading(HEADINGS[severity]),
      ...those.map((finding) => ({
        label: `${ICONS[severity]} ${visible(sentence(finding.message))}`,
        description: [finding.rule, visible(findingPlace(finding))].filter(Boolean).join(" · "),
        detail: visible(finding.why),
        value: finding,
      })),
    ];
  });
  const chosen = await pick("ELITEA: Doctor", "Choose a finding to see its place and what mends it", rows);
  if (chosen) await show(shell, review, chosen);
}

async function show(shell: Shell, review: Review, finding: Finding): Promise<void> {
  const place = finding.place;
  if (place) {
    const at = new vscode.Position((place.line ?? 1) - 1, (place.column ?? 1) - 1);
    await vscode.window.showTextDocument(vscode.Uri.file(place.file), {
      selection: new vscode.Range(at, at),
    });
  }
  const mends = place && finding.fix ? finding.fix.title : undefined;
  const words = [`${sentence(finding.message)}.`, finding.why, place ? "" : (finding.fix?.title ?? "")];
  const message = `ELITEA: ${visible(words.filter(Boolean).join(" "))}`;
  const chosen = await vscode.window.showInformationMessage(message, ...(mends ? ["Repair This File"] : []));
  if (chosen !== undefined && place) await repair(shell, review, place.file);
}

/** Mends the file in the editor. */
export async function repairFile(shell: Shell, review: Review): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document || !["file", "vscode-userdata"].includes(document.uri.scheme)) {
    warn("Open the file that is to be repaired first.");
    return;
  }
  if (document.isDirty) {
    warn("Save the file first, or use its quick fixes.");
    return;
  }
  await repair(shell, review, document.uri.fsPath);
}

async function repair(shell: Shell, review: Review, path: string): Promise<void> {
  if (isForbidden(path)) {
    warn(UNTRUSTED);
    return;
  }
  const title = "looking what can be mended";
  const choices: RepairChoice[] = [];
  for (;;) {
    const preview = await ask(shell, title, "elitea/doctor/repair", { paths: [path], check: true, choices });
    const open = preview.files
      .flatMap(({ left }) => left)
      .find(
        (finding) => (finding.fix?.ways.length ?? 0) > 1 && !choices.some((choice) => isFor(choice, finding)),
      );
    if (open) {
      const way = await pick(
        `ELITEA: ${visible(sentence(open.message))}`,
        "Which way?",
        open.fix?.ways.map((label, value) => ({ label: visible(label), value })) ?? [],
      );
      if (way === undefined) return;
      choices.push({ rule: open.rule, file: open.place?.file ?? path, line: open.place?.line ?? null, way });
      continue;
    }
    const reports = preview.files.map(({ report }) => report);
    if (reports.every(({ diff }) => diff === "")) {
      const left = preview.files.flatMap(({ left }) => left);
      tell(
        left[0]
          ? `Nothing can be mended safely: ${left[0].message}.`
          : `Nothing is wrong in ${basename(path)}.`,
      );
      return;
    }
    if (!(await review.agreed(`ELITEA: Repair ${basename(path)}`, reports, "Repair"))) return;
    const done = await ask(shell, "mending files", "elitea/doctor/repair", { paths: [path], choices });
    const mended = done.files.flatMap(({ mended }) => mended);
    tell(`${basename(path)} is mended: ${mended.join(", ")}.`, [
      "Undo",
      () => vscode.commands.executeCommand("elitea.undo"),
    ]);
    return;
  }
}

function isFor(choice: RepairChoice, finding: Finding): boolean {
  return choice.rule === finding.rule && choice.line === (finding.place?.line ?? null);
}

/** Writes a report for whoever helps. */
export async function createReport(shell: Shell): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    title: "Save the support report",
    filters: { Markdown: ["md"] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, "elitea-report.md") } : {}),
  });
  if (!uri) return;
  // The helper replaces no file; whoever saves one over another was asked by the editor.
  const made = await mkdtemp(join(tmpdir(), "elitea-report-"));
  try {
    const { path } = await ask(shell, "writing the report", "elitea/doctor/bundle", {
      path: join(made, "elitea-report.md"),
    });
    await vscode.workspace.fs.writeFile(uri, await readFile(path));
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  await vscode.window.showTextDocument(uri);
  tell("The report holds no token. Please read it before you send it.");
}
