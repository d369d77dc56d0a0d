import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PROTOCOL } from "../src/protocol.ts";

interface Published {
  protocol: number;
  methods: { name: string; kind: string }[];
}
const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const published = JSON.parse(read("../protocol.json")) as Published;
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && file !== "protocol.ts")
  .map((file) => read(`src/${file}`))
  .join("\n");

test("the types are those of the published protocol", () => {
  assert.equal(PROTOCOL, published.protocol);
  const typed = [...read("src/protocol.ts").matchAll(/^ {2}"(elitea\/[^"]+)": \{ params/gm)].map(
    (match) => match[1],
  );
  assert.deepEqual(typed.sort(), published.methods.map(({ name }) => name).sort());
});

test("every method that is named is published", () => {
  const names = new Set(published.methods.map(({ name }) => name));
  const used = [...sources.matchAll(/"(elitea\/\w+\/\w+)"/g)].map((match) => match[1] ?? "");
  assert.ok(used.length > 20);
  assert.deepEqual(
    used.filter((name) => !names.has(name)),
    [],
  );
});

test("every command that is declared is registered, and every one that is offered is declared", () => {
  const manifest = JSON.parse(read("package.json")) as {
    contributes: { commands: { command: string; category: string }[] };
  };
  const declared = manifest.contributes.commands.map(({ command }) => command);
  const registered = [...sources.matchAll(/(?:command|registerCommand)\("(elitea\.\w+)"/g)].map(
    (match) => match[1],
  );
  for (const command of declared) assert.ok(registered.includes(command), command);
  for (const command of manifest.contributes.commands) assert.equal(command.category, "ELITEA");
});
