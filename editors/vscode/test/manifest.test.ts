import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
interface Property {
  type: string;
  scope?: string;
  ignoreSync?: boolean;
}
const manifest = JSON.parse(read("package.json")) as {
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    configuration: { properties: Record<string, Property> }[];
    walkthroughs: { steps: { description: string; media: { markdown: string } }[] }[];
    commands: { command: string }[];
  };
};
const properties = Object.assign(
  {},
  ...manifest.contributes.configuration.map((part) => part.properties),
) as Record<string, Property>;

test("the settings that are written are declared, with the types that they are written in", () => {
  const template = read("../../templates/vscode/settings.json");
  const written = [...template.matchAll(/"(eliteacode\.\w+)": (.*?),?$/gm)];
  assert.equal(written.length, 12);
  for (const [, key = "", value = ""] of written) {
    const type = value.includes("|number")
      ? "number"
      : /\|bool|^(true|false)$/.test(value)
        ? "boolean"
        : "string";
    assert.equal(properties[key]?.type, type, key);
  }
  assert.deepEqual(
    Object.keys(properties)
      .filter((key) => key.startsWith("eliteacode."))
      .sort(),
    written.map((match) => match[1]).sort(),
  );
});

test("no workspace says which program runs, and no token is synchronised", () => {
  const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
  for (const [key, property] of Object.entries(properties)) {
    if (key.startsWith("elitea.helper.")) {
      assert.equal(property.scope, "machine", key);
      assert.ok(restricted.includes(key), key);
    }
    assert.equal(property.ignoreSync ?? false, /token/i.test(key), key);
  }
});

test("every picture that the README shows is there, and every command that a walkthrough runs", () => {
  const pictures = [...read("README.md").matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map((match) => match[1] ?? "");
  assert.ok(pictures.length > 3);
  for (const picture of pictures) assert.ok(existsSync(join(root, picture)), picture);
  const commands = manifest.contributes.commands.map(({ command }) => command);
  for (const { steps } of manifest.contributes.walkthroughs) {
    for (const { description, media } of steps) {
      assert.ok(existsSync(join(root, media.markdown)), media.markdown);
      const run = [...description.matchAll(/\(command:([^)]+)\)/g)].map((match) => match[1] ?? "");
      assert.ok(run.length > 0 && run.every((command) => commands.includes(command)), description);
    }
  }
});
