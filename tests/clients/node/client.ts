// One session with the language server through the library that VS Code's client is made of. It ends
// with 1 on any message that is not expected.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CancellationTokenSource,
  createMessageConnection,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  LSPErrorCodes,
  ResponseError,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  WorkDoneProgressCancelNotification,
  WorkDoneProgressCreateRequest,
} from "vscode-languageserver-protocol/node";
import { type Failure, type Notifications, PROTOCOL, type Requests, type ServerHello } from "./protocol";

const { SERVER_URL: url = "", SERVER_TOKEN: token = "", HOME: home = "" } = process.env;
const DEADLINE = 60_000;
const settings = join(home, ".config/Code/User/settings.json");

const server = spawn("elitea-helper", ["lsp", "--stdio"], { stdio: ["pipe", "pipe", "pipe"] });
const ended = once(server, "exit");
// All that it says, to look for the token in.
const [said, log]: [Buffer[], Buffer[]] = [[], []];
server.stdout.on("data", (bytes: Buffer) => said.push(bytes));
server.stderr.on("data", (bytes: Buffer) => log.push(bytes));

const connection = createMessageConnection(
  new StreamMessageReader(server.stdout),
  new StreamMessageWriter(server.stdin),
);

function fail(what: string, about?: unknown): never {
  console.error(what, about ?? "");
  console.error(String(Buffer.concat(log)).replaceAll(token, "***"));
  server.kill();
  process.exit(1);
}

const late = setTimeout(() => fail("it takes too long"), DEADLINE);
process.on("unhandledRejection", (reason) => fail("failed:", reason));
connection.onError(([error]) => fail("the connection failed:", error));
connection.onUnhandledNotification((message) => fail("nobody expected this notification:", message));
connection.onRequest((method) => fail("nobody expected this request:", method));

type Method = keyof Requests;

/** A request of ours, with the types that are published. */
async function call<M extends Method>(
  method: M,
  params: Requests[M]["params"],
  source = new CancellationTokenSource(),
): Promise<Requests[M]["result"]> {
  const result = await connection.sendRequest<Requests[M]["result"]>(method, params, source.token);
  console.log(`ok  ${method}`);
  return result;
}

// What takes long tells its progress: first a token, where the request named none, then its begin, then
// its end.
const progress = new Map<string | number, "made" | "begun">();
const begun: ((token: string | number) => void)[] = [];

connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
  assert(!progress.has(token), `the token ${token} is made twice`);
  progress.set(token, "made");
});
connection.onNotification("$/progress", ({ token, value }: { token: string | number; value: { kind: string } }) => {
  if (value.kind === "begin" && progress.get(token) === "made") {
    progress.set(token, "begun");
    begun.shift()?.(token);
  } else if (value.kind === "end" && progress.get(token) === "begun") {
    progress.delete(token);
  } else {
    fail(`progress out of order, for ${token}:`, value);
  }
});

type Change = Notifications["elitea/status/didChange"]["params"];

// From when on the status may change, and who waits until it is of a kind.
let isChanging = false;
const waiting = new Map<Change["kind"], () => void>();
connection.onNotification("elitea/status/didChange", (change: Change) => {
  if (!isChanging) fail("the status changes before anything did:", change);
  waiting.get(change.kind)?.();
});

async function session(): Promise<void> {
  connection.listen();
  const hello = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: { window: { workDoneProgress: true } },
    initializationOptions: { elitea: { protocol: PROTOCOL, editor: { name: "vscode", version: "1.0" } } },
  });
  const ours = (hello.capabilities.experimental as { elitea: ServerHello }).elitea;
  assert.equal(ours.protocol, PROTOCOL);
  assert.equal(hello.serverInfo?.name, "elitea-helper");
  assert.equal(hello.capabilities.executeCommandProvider, undefined, "an extension has its own commands");
  await connection.sendNotification(InitializedNotification.type, {});
  console.log("ok  initialize");

  // Whoever asks how things stand is told in a word, too.
  isChanging = true;
  const told = new Promise<void>((resolve) => waiting.set("signedOut", resolve));
  const before = await call("elitea/status/get", {});
  assert.equal(before.account, null);
  assert.ok(before.problems.length > 0, "nobody is signed in");
  await told;

  const signedIn = await call("elitea/auth/login", { token: `Bearer ${token}\n`, server: url, store: "file" });
  assert.equal(signedIn.server, url);
  const projects = await call("elitea/project/list", {});
  const project = projects.projects.find(({ name }) => name === "Team Rocket");
  assert.ok(project);
  const selection = await call("elitea/selection/set", { project: project.name });
  assert.equal(selection.project?.value, String(project.id));
  const models = await call("elitea/model/list", {});
  const model = models.models.find((each) => each.current);
  assert.ok(model?.default);
  const tokens = await call("elitea/token/list", {});
  assert.equal(tokens.tokens.filter((each) => each.inUse).length, 1);
  const rendered = await call("elitea/settings/render", { ide: "vscode" });
  assert.equal((JSON.parse(rendered.text) as Record<string, unknown>)["eliteacode.LLMServerUrl"], url);
  const ides = await call("elitea/ide/list", {});
  assert.ok(ides.targets.some(({ path }) => path === settings));

  await mkdir(join(settings, ".."), { recursive: true });
  await writeFile(settings, "{\n  // mine\n}\n");
  const applied = await call("elitea/config/apply", { ides: ["vscode"] });
  assert.deepEqual(applied.targets.map(({ state }) => state), ["written"]);
  assert.ok((await readFile(settings, "utf8")).includes(`"eliteacode.LLMModelName": "${model.name}"`));
  const report = await call("elitea/doctor/run", { paths: [settings] });
  assert.deepEqual(report.findings, []);
  await call("elitea/config/undo", { id: applied.history });
  assert.equal(await readFile(settings, "utf8"), "{\n  // mine\n}\n");

  // An error says in data what it is and what to do.
  const wrong = await call("elitea/config/undo", { id: "none" }).catch((error: unknown) => error);
  assert.ok(wrong instanceof ResponseError);
  const failure = wrong.data as Failure;
  assert.ok(failure.code.startsWith("E_"), failure.code);

  // The server does not answer, so that a request runs until it is called off: by its id, ...
  await faults([{ path: "/", effect: "hang" }]);
  const source = new CancellationTokenSource();
  const waits = call("elitea/token/list", {}, source);
  await started();
  source.cancel();
  await cancelled(waits);
  // ... or by its progress.
  const waitsToo = call("elitea/token/list", {});
  const its = await started();
  await connection.sendNotification(WorkDoneProgressCancelNotification.type, { token: its });
  await cancelled(waitsToo);
  await faults([]);
  await call("elitea/token/list", {});

  const signedOut = new Promise<void>((resolve) => waiting.set("signedOut", resolve));
  await call("elitea/auth/logout", {});
  await signedOut;
  console.log("ok  elitea/status/didChange");
  await connection.sendRequest(ShutdownRequest.type);
  await connection.sendNotification(ExitNotification.type);
  const [code] = (await ended) as [number | null];
  assert.equal(code, 0);
  console.log("ok  shutdown, exit code 0");
  assert.ok(!Buffer.concat([...said, ...log]).includes(token), "the server sends the token");
}

async function faults(rules: unknown[]): Promise<void> {
  const reply = await fetch(`${url}/_fake/faults`, { method: "PUT", body: JSON.stringify(rules) });
  assert.ok(reply.ok, await reply.text());
}

function started(): Promise<string | number> {
  return new Promise((resolve) => begun.push(resolve));
}

async function cancelled(waits: Promise<unknown>): Promise<void> {
  const error = await waits.then(() => undefined, (reason: unknown) => reason);
  assert.ok(error instanceof ResponseError, "it was answered");
  assert.equal(error.code, LSPErrorCodes.RequestCancelled);
  console.log("ok  cancelled");
}

session().then(() => clearTimeout(late), (error: unknown) => fail("failed:", error));
