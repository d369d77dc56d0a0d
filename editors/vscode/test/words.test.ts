import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding, Status, StatusChange, TargetReport } from "../src/protocol.ts";
import {
  age,
  daysLeft,
  findingPlace,
  item,
  markdown,
  modelDetail,
  outcome,
  sentence,
  tokenNews,
  tooltip,
  visible,
} from "../src/words.ts";

const status: Status = {
  selection: {
    profile: "default",
    server: { value: "https://elitea.test", source: "", name: null },
    project: { value: "4", source: "", name: "Team | [Rocket](command:evil) <b>" },
    model: { value: "1/gpt-5.1", source: "the project's default", name: null },
  },
  account: { id: "4", email: "a@b.test", name: "Alice\u202eDoe" },
  token: {
    name: "laptop",
    store: "keychain",
    expires: "2030-01-01T00:00:00Z",
    daysLeft: 5,
    state: "expiring",
  },
  targets: [],
  problems: [],
  notes: [],
};
const change = (kind: StatusChange["kind"], method?: string): StatusChange => ({
  kind,
  message: "so it is",
  command: method ? { title: "Do it", method } : null,
});

test("the item shows each state, and a click does what the helper says", () => {
  const shown = (kind: StatusChange["kind"], method?: string) => item("running", change(kind, method));
  assert.deepEqual(shown("ok"), { text: "$(check) ELITEA", kind: "ok", command: "elitea.showStatus" });
  assert.equal(shown("signedOut", "elitea/auth/login").command, "elitea.signIn");
  assert.equal(shown("warning", "elitea/config/plan").command, "elitea.apply");
  assert.equal(shown("offline").text, "$(debug-disconnect) ELITEA");
  assert.equal(shown("busy").text, "$(sync~spin) ELITEA");
  assert.equal(shown("error", "elitea/some/thing").command, "elitea.showStatus");
  assert.equal(item("failed", change("ok")).kind, "failed");
  assert.equal(item("starting", undefined).text, "$(sync~spin) ELITEA");
});

test("no name of a server's becomes a link, a column or a tag of the tooltip", () => {
  const text = tooltip(change("ok"), status);
  assert.ok(!text.includes("[Rocket]") && !text.includes("<b>") && !text.includes("Team | "));
  assert.match(text, /\| Token \| laptop, 5 days left \|/);
  assert.match(text, /\\\\u\\\{202e\\\}/);
  const links = [...text.matchAll(/\]\(([^)]*)\)/g)].map((match) => match[1]);
  assert.ok(links.length > 0 && links.every((link) => link?.startsWith("command:elitea.")));
});

test("what deceives the eye is made visible", () => {
  assert.equal(visible("a\u202eb\nc\u200b"), "a\\u{202e}b\\u{a}c\\u{200b}");
  assert.equal(markdown("a*b"), "a\\*b");
});

test("a token is spoken of once for each of its states", () => {
  assert.equal(
    tokenNews({ ...status, token: { ...status.token, state: "active" } as Status["token"] }),
    undefined,
  );
  assert.equal(tokenNews(status)?.message, "Your ELITEA token expires soon: 5 days left.");
  const rejected = {
    code: "E_TOKEN_REJECTED",
    message: "the server refuses the token",
    hint: "make a new one",
  };
  const problems = [rejected] as Status["problems"];
  assert.equal(tokenNews({ ...status, problems })?.message, "The server refuses the token. Make a new one");
  assert.notEqual(tokenNews({ ...status, problems })?.key, tokenNews(status)?.key);
});

test("numbers of people's size", () => {
  assert.equal(daysLeft({ state: "active", daysLeft: 1 }), "1 day left");
  assert.equal(daysLeft({ state: "expiring", daysLeft: 0 }), "expires today");
  assert.equal(age(null), "");
  assert.equal(age(7200), "as of 2 hours ago");
  const model = {
    name: "m",
    displayName: "M",
    owner: 1,
    shared: true,
    contextWindow: 1_047_576,
    maxOutputTokens: 16_384,
    vision: true,
    reasoning: false,
    default: false,
    current: false,
  };
  assert.equal(modelDetail(model), "1M context · 16K output · vision · shared");
});

test("what became of files, in a sentence", () => {
  const reports = (...states: TargetReport["state"][]) => states.map((state) => ({ state }) as TargetReport);
  assert.equal(outcome(reports("written", "written", "inOrder")), "2 files written");
  assert.equal(outcome(reports("written", "refused")), "1 file written, 1 file refused");
  assert.equal(outcome(reports("unsaved")), "1 file changed in the editor: it counts once saved");
  assert.equal(outcome(reports("inOrder")), "Everything is in order; nothing was changed");
});

test("only words get a capital", () => {
  assert.equal(sentence("no token is stored"), "No token is stored");
  for (const text of [
    "https://elitea.test is plain",
    "/home/a is gone",
    "eliteacode.projectId differs",
    "",
  ]) {
    assert.equal(sentence(text), text);
  }
});

test("a remote window says where the helper runs, and a token without a name is told by its time", () => {
  assert.match(tooltip(change("ok"), status, { remote: "ssh-remote" }), /\| Runs on \| ssh\\-remote \|/);
  assert.ok(!tooltip(change("ok"), status).includes("Runs on"));
  const nameless: Status = { ...status, token: status.token && { ...status.token, name: null } };
  assert.match(tooltip(change("ok"), nameless), /\| Token \| 5 days left \|/);
  assert.match(tooltip(undefined, undefined, { trouble: "it is broken" }), /it is broken[^]*Restart/);
});

test("the place of a finding is short", () => {
  const finding = { place: { file: "C:\\me\\settings.json", line: 3, column: 1 } } as Finding;
  assert.equal(findingPlace(finding), "settings.json:3");
});
