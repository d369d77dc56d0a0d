// Choosing project and model.

import * as vscode from "vscode";
import { ask, heading, pick, type Row, type Shell, tell } from "../ui.ts";
import { age, model as modelName, modelDetail, project as projectName, visible } from "../words.ts";

export async function selectProject(shell: Shell): Promise<void> {
  const listed = ask(shell, "asking for the projects", "elitea/project/list", {});
  const rows = listed.then(({ projects, notes, age: seconds }): Row<number>[] => {
    const usable = projects.filter((project) => project.unusable === null);
    const not = projects.filter((project) => project.unusable !== null);
    return [
      ...(seconds === null ? [] : [heading<number>(`Not reachable now: ${age(seconds)}`)]),
      ...usable.map((project) => ({
        label: `${project.current ? "$(check) " : ""}${visible(project.name)}`,
        description: [`${project.id}`, project.personal ? "personal" : ""].filter(Boolean).join(" · "),
        value: project.id,
      })),
      ...(not.length > 0 ? [heading<number>("Cannot be used now")] : []),
      ...not.map((project) => ({
        label: `$(circle-slash) ${visible(project.name)}`,
        description: `${project.id} · ${project.unusable ?? ""}`,
      })),
      ...notes.map((note) => ({ label: `$(info) ${visible(note)}` })),
    ];
  });
  await listed;
  const project = await pick("ELITEA: Select Project", "The project that models and settings are of", rows);
  if (project === undefined) return;
  const selection = await ask(shell, "changing the selection", "elitea/selection/set", { project });
  offerApply(`The project is ${projectName(selection)} now.`);
}

export async function selectModel(shell: Shell): Promise<void> {
  const { models, age: seconds } = await ask(shell, "asking for the models", "elitea/model/list", {});
  const standard = models.find((model) => model.default);
  const follow: Row<string> = {
    label: "$(project) Follow the project's default",
    ...(standard ? { description: visible(standard.displayName || standard.name) } : {}),
    value: "default",
  };
  const row = (model: (typeof models)[number]): Row<string> => ({
    label: `${model.current ? "$(check) " : ""}${visible(model.displayName || model.name)}`,
    description: [visible(model.name), model.default ? "default" : ""].filter(Boolean).join(" · "),
    detail: modelDetail(model),
    value: `${model.owner}/${model.name}`,
  });
  const model = await pick("ELITEA: Select Model", "The model that settings name", [
    ...(seconds === null ? [] : [heading<string>(`Not reachable now: ${age(seconds)}`)]),
    follow,
    heading<string>("Models"),
    ...models.map(row),
  ]);
  if (model === undefined) return;
  const selection = await ask(shell, "changing the selection", "elitea/selection/set", { model });
  offerApply(`The model is ${modelName(selection)} now.`);
}

function offerApply(message: string): void {
  tell(message, ["Apply Settings", () => vscode.commands.executeCommand("elitea.apply")]);
}
