// Workspaces that nobody trusts: nothing is written into them.

import * as vscode from "vscode";
import { isInside } from "./paths.ts";

export const UNTRUSTED = "The settings of this workspace are left alone as long as it is not trusted.";

/** Whether a file belongs to a workspace that nobody trusts. */
export function isForbidden(path: string): boolean {
  const { isTrusted, workspaceFolders = [], workspaceFile } = vscode.workspace;
  if (isTrusted) return false;
  const file = workspaceFile?.scheme === "file" ? workspaceFile.fsPath : undefined;
  return path === file || workspaceFolders.some(({ uri }) => isInside(uri.fsPath, path));
}
