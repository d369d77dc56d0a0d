// The question which editors are set up. Nothing here needs an editor.

import type { Installed, TargetParams } from "./protocol.ts";
import { visible } from "./words.ts";

/** What stands for the settings of the machine that a remote window works on. */
const MACHINE = "";

/** A row of the list. */
export interface IdeRow {
  label: string;
  description: string;
  picked: boolean;
  value: string;
}

/** Where the question is asked. */
export interface Place {
  /** What the editor calls itself. */
  app: string;
  /** What the editor calls the machine that the window works on, where the user's settings are on another. */
  remote: string | undefined;
}

/** The rows for the IDEs that the helper names. */
export function ideRows(choices: string[], installed: Installed[], place: Place): IdeRow[] {
  const app = place.app.toLowerCase();
  const rows = choices.map((value) => {
    const ide = installed.find(({ ide }) => ide === value);
    const label = ide?.ideName ?? value;
    const isThis = app.includes(label.toLowerCase()) || app.includes(value);
    return { label, description: visible(ide?.path ?? ""), picked: choices.length === 1 || isThis, value };
  });
  if (place.remote === undefined) return rows;
  const machine = {
    label: `The machine settings of ${visible(place.remote)}`,
    description: "the user settings of your own computer cannot be reached from here",
    picked: true,
    value: MACHINE,
  };
  return [machine, ...rows];
}

/** The targets that the chosen rows stand for; none where nothing was chosen. */
export function targetsOf(chosen: IdeRow[], choices: string[]): TargetParams | undefined {
  if (chosen.length === 0) return undefined;
  const ides = chosen.map(({ value }) => value).filter((value) => value !== MACHINE);
  if (ides.length === chosen.length) return { ides, scopes: ["user"] };
  return ides.length > 0 ? { ides, scopes: ["user", "machine"] } : { ides: choices, scopes: ["machine"] };
}
