// Made from editors/protocol.json; to write it anew: PROTOCOL=write cargo test --lib protocol

/** The protocol's number. */
export const PROTOCOL = 1;

/** An account as the server knows it. */
export interface Account {
  /** The server's id of the user. */
  id: string;
  /** The e-mail address. */
  email: string;
  /** The display name; may be empty. */
  name: string;
}

/** What was changed. */
export interface Applied {
  /** The entry of the history, for `undo`; none where nothing was written. */
  history: string | null;
  /** The targets. */
  targets: TargetReport[];
  /** The candidates that were left out. */
  skipped: Skipped[];
  /** What else the user should know. */
  notes: string[];
}

/** What `elitea/config/apply` takes. */
export interface ApplyParams {
  /** The plan that is carried out or fails as stale; none: whatever the plan is now. */
  plan?: string | null;
  /** IDE ids, or `all`. */
  ides?: string[];
  /** `user`, `machine`, `workspace`. */
  scopes?: string[];
  /** The folder, or `.code-workspace`, whose workspace files are meant. */
  workspace?: string | null;
  /** Whether the projects that JetBrains IDEs list as recent are meant. */
  recent?: boolean;
  /** Config files. */
  paths?: string[];
}

/** Who wrote a value. */
export interface Author {
  /** Who. */
  who: Who;
  /** When we wrote this key last, where the history still tells. */
  lastWrite: LastWrite | null;
}

/** A support report that was written. */
export interface Bundle {
  /** Where. */
  path: string;
  /** How long it is. */
  bytes: number;
}

/** What `elitea/doctor/bundle` takes. */
export interface BundleParams {
  /** The file to write, where none may be yet. */
  path: string;
}

/** A value and the source that won. */
export interface Chosen {
  /** The value. */
  value: string;
  /** The source, such as `flag`, `environment ELITEA_PROJECT_ID` or `profile default`. */
  source: string;
  /** Its name, where the server has told one. */
  name: string | null;
}

/** What a client made for this helper says. */
export interface ClientHello {
  /** The number of the protocol that it speaks. */
  protocol?: number | null;
  /** The editor. */
  editor?: Editor | null;
  /** The proxy that the editor uses, for where ours names none. */
  proxy?: string | null;
  /** A PEM file of certificates that the editor trusts besides the system's. */
  caFile?: string | null;
}

/** Where our own `config.toml` stands. */
export interface ConfigPath {
  /** The file. */
  path: string;
  /** Whether it exists. */
  exists: boolean;
}

/** What `elitea/token/create` takes. The secret never comes back: the helper stores it. */
export interface CreateParams {
  /** Its name: letters, digits, `_` and `-`. */
  name: string;
  /** How long it lives: `30d` (when left out), `12h`, `4w` or `never`. */
  expires?: string | null;
}

/** A token that was made. */
export interface Created {
  /** The token, without its secret. */
  token: Token;
  /** The store that keeps it now. */
  store: string;
  /** The secret, only where it was asked for by name. */
  secret?: string | null;
}

/** The tokens that lie about on this machine. */
export interface Discovered {
  /** Each token once. */
  tokens: FoundToken[];
  /** What could not be looked at, and what else the user should know. */
  notes: string[];
}

/** Everything the doctor found, worst first. */
export interface DoctorReport {
  /** The findings, worst first. */
  findings: Finding[];
  /** The rules that were not asked, with the reason. */
  skipped: SkippedRule[];
  /** The files that were looked at. */
  files: string[];
}

/** The editor that a client runs in. */
export interface Editor {
  /** Its name, as `--ide` takes it or as people know it. */
  name?: string;
  /** Its version. */
  version?: string | null;
}

/** Some lines of a file, secrets masked. */
export interface Excerpt {
  /** The number of the first line. */
  line: number;
  /** The lines. */
  text: string;
  /** Where in `text` the finding starts, in bytes of UTF-8. */
  start: number;
  /** Where it ends. */
  end: number;
}

/** What `elitea/config/explain` takes. */
export interface ExplainParams {
  /** A setting of ours, a key of a reader's, the beginning of some, or `elitea` for all. */
  key: string;
}

/** What `explain` found. */
export interface Explained {
  /** The settings of ours that are meant. */
  settings: Setting[];
  /** The keys of IDEs that are meant, once for each window in which one could be in effect. */
  keys: KeyStory[];
  /** The files that cannot be read, with the place. */
  unreadable: Unreadable[];
}

/** The document that stands in place of a report when a verb fails. */
export interface Failed {
  /** The failure. */
  error: Failure;
}

/** What happened, where, and what to do next. */
export interface Failure {
  /** Stable name, such as `E_TOKEN_EXPIRED`. */
  code: string;
  /** What happened. */
  message: string;
  /** The file, where one is meant. */
  file: string | null;
  /** Its line, from 1. */
  line: number | null;
  /** Its column, from 1, in Unicode scalar values. */
  column: number | null;
  /** What to do next. */
  hint: string | null;
  /** What one may choose from, where a choice is missing. */
  choices: string[];
  /** Whether the same call may succeed later without anybody changing anything. */
  retryable: boolean;
}

/** One thing that is not as it should be. */
export interface Finding {
  /** The rule's id, which never changes. */
  rule: string;
  /** How bad it is. */
  severity: Severity;
  /** What is wrong, in one sentence without a full stop; secrets masked. */
  message: string;
  /** Where, if it is in a file. */
  place: FindingPlace | null;
  /** Why it matters. */
  why: string;
  /** What mends it. */
  fix: Fix | null;
  /** The command that explains the rule. */
  explain: string;
}

/** Where a finding is. Lines and columns count from 1, columns in Unicode scalar values. */
export interface FindingPlace {
  /** The file. */
  file: string;
  /** Line of the first character; none: the file as a whole. */
  line: number | null;
  /** Column of the first character. */
  column: number | null;
  /** Line after the last character. */
  endLine: number | null;
  /** Column after the last character. */
  endColumn: number | null;
  /** The lines around it, as a code frame shows them. */
  excerpt: Excerpt | null;
}

/** What mends a finding. */
export interface Fix {
  /** What it does, in the imperative. */
  title: string;
  /** Whether it may be done unasked: it has one possible outcome. */
  safe: boolean;
  /** The command that does it, or that asks which of several ways to take. */
  command: string | null;
  /** The ways there are, fewest changed bytes first, where a person has to choose. */
  ways: string[];
}

/** One config file that was found. */
export interface FoundTarget {
  /** The IDE's id, as `--ide` takes it. */
  ide: string;
  /** The IDE's name, as people know it. */
  ideName: string;
  /** `user`, `machine` or `workspace`. */
  scope: string;
  /** The VS Code profile or the project, where it has a name. */
  label: string | null;
  /** The file. */
  path: string;
  /** The template that says which keys it gets. */
  template: string;
  /** What reads its keys; none: nothing that is installed. */
  reader: Reader | null;
  /** Whether the file exists. */
  exists: boolean;
  /** Whether it is kept in order. */
  registered: boolean;
}

/** A token that lies about. The secret is never part of it. */
export interface FoundToken {
  /** What `elitea/auth/login` takes in its place; the same for this token on this machine. */
  id: string;
  /** Everywhere it stands. */
  places: TokenPlace[];
  /** The root of the server that stands beside it; none where there is none, or where there are several. */
  server: string | null;
  /** When it expires, as it says itself; none for never. */
  expires: string | null;
  /** Whole days until then; negative when past. */
  daysLeft: number | null;
  /** How it stands, as it says itself; only the server knows whether it was deleted. */
  state: TokenState;
  /** Whether it is the one in use here. */
  inUse: boolean;
}

/** A value that a stronger source hides. */
export interface HiddenSetting {
  /** The value, secrets masked. */
  value: unknown;
  /** What set it. */
  source: SettingSource;
}

/** The history, newest first. */
export interface History {
  /** Its entries. */
  entries: HistoryEntry[];
}

/** One entry of the history. */
export interface HistoryEntry {
  /** Its id, as `undo` takes it. */
  id: string;
  /** When. */
  time: string;
  /** `apply`, `resolve`, `remove`, `undo`, `logout` or `rotate`. */
  verb: string;
  /** The files that were written. */
  files: string[];
  /** The entry that took this one back. */
  undone: string | null;
}

/** A project as a client names it. */
export type IdOrName = number | string;

/** Every IDE found, and every candidate that was not one. */
export interface IdeList {
  /** IDEs that are installed, with their settings folder. */
  installed: Installed[];
  /** The config files of them. */
  targets: FoundTarget[];
  /** The candidates that were left out. */
  skipped: Skipped[];
}

/** One installed IDE. */
export interface Installed {
  /** The IDE's id. */
  ide: string;
  /** The IDE's name. */
  ideName: string;
  /** Its version, where the settings folder tells. */
  version: string | null;
  /** The settings folder. */
  path: string;
  /** What reads the keys there. */
  reader: Reader | null;
}

/** One key of a target. */
export interface KeyReport {
  /** The key as it is written in the file, or `component/option`. */
  key: string;
  /** `inserted`, `updated`, `unchanged`, `adopted`, `takenOver`, `conflict`, `gone`, `released`, `removed`, `restored`, `left` or `refusedSecret` (a redacted token where no token may be written). */
  outcome: string;
  /** What stands in the file instead, where the outcome is `conflict`; secrets masked. */
  theirs: string | null;
}

/** One value in one file. */
export interface KeySource {
  /** Which file. */
  target: TargetRef;
  /** Line of the value, from 1. */
  line: number;
  /** Column of the value, from 1, in Unicode scalar values. */
  column: number;
  /** The value, secrets masked. */
  value: unknown;
  /** What becomes of it. */
  standing: Standing;
  /** Who wrote it. */
  author: Author;
}

/** One key in one window of one IDE. */
export interface KeyStory {
  /** The key as it is written in the file, or `component/option`. */
  key: string;
  /** Where it is looked at. */
  window: Window;
  /** The value in effect, secrets masked; null where no file sets it, so that its reader's own default counts. */
  value: unknown;
  /** Whether every file of the window could be read, so that there is no more to it. */
  complete: boolean;
  /** Every value that stands in the files of the window, the strongest first. */
  sources: KeySource[];
  /** The files from which the user took the key out after we had written it. */
  deleted: string[];
}

/** A write of ours. */
export interface LastWrite {
  /** The history's entry. */
  history: string;
  /** When. */
  time: string;
  /** What we did: `apply`, `rotate`, ... */
  verb: string;
}

/** What a sign-in did. */
export interface LoggedIn {
  /** The deployment root that the token belongs to. */
  server: string;
  /** Who the token signs in. */
  account: Account;
  /** The store that keeps the token. */
  store: string;
  /** When the token expires; none for never. */
  expires: string | null;
  /** Our profile that now uses it. */
  profile: string;
  /** The project, where one is selected. */
  project: number | null;
  /** What else the user should know. */
  notes: string[];
}

/** What a sign-out did. */
export interface LoggedOut {
  /** The deployment root that the token belonged to. */
  server: string;
  /** Whether a token was stored and is gone now. */
  forgotten: boolean;
  /** Whether the server deleted the token. */
  revoked: boolean;
  /** The files that a token key was taken out of, and those where that failed. */
  targets: TargetReport[];
  /** What else the user should know. */
  notes: string[];
}

/** What `elitea/auth/login` takes: the one request that may carry a token. Either `token` or `found` is given. */
export interface LoginParams {
  /** The token as it was pasted. */
  token?: string | null;
  /** The id of a token that `elitea/auth/discover` found. */
  found?: string | null;
  /** The server; none: for a pasted token that of the selection, for a found one that beside it. */
  server?: string | null;
  /** The store, `keychain` or `file`; none: that of the profile. */
  store?: string | null;
}

/** What `elitea/auth/logout` takes. */
export interface LogoutParams {
  /** Whether the server deletes the token too. */
  revoke?: boolean;
}

/** One model. */
export interface Model {
  /** The name that identifies it together with its owner. */
  name: string;
  /** The name that people know it by. */
  displayName: string;
  /** The project that owns it. */
  owner: number;
  /** Whether it is another project's, shared with this one. */
  shared: boolean;
  /** Tokens that fit into one conversation. */
  contextWindow: number | null;
  /** Tokens of the longest answer. */
  maxOutputTokens: number | null;
  /** Whether it reads images. */
  vision: boolean;
  /** Whether it reasons before it answers. */
  reasoning: boolean;
  /** Whether the server names it as the project's default. */
  default: boolean;
  /** Whether it is the one in effect. */
  current: boolean;
}

/** The models that a project can use. */
export interface ModelList {
  /** The project. */
  project: number;
  /** Its models, in the server's order. */
  models: Model[];
  /** Seconds since the list was taken from the server; none: just now. */
  age: number | null;
}

/** What `elitea/model/list` takes. */
export interface ModelListParams {
  /** The project; none: the selected one. */
  project?: number | null;
}

/** No parameters: they are absent, null or an empty object. */
export type NoParams = Record<string, never>;

/** What `elitea/auth/page` takes. */
export interface PageParams {
  /** The server, as people type it; none: the one of the selection. */
  server?: string | null;
}

/** What would change. */
export interface Plan {
  /** Names exactly this plan: `apply --plan ID` carries it out or fails as stale. */
  id: string;
  /** The targets. */
  targets: TargetReport[];
  /** The candidates that were left out. */
  skipped: Skipped[];
  /** What else the user should know. */
  notes: string[];
}

/** One project. */
export interface Project {
  /** The server's id. */
  id: number;
  /** Its name. */
  name: string;
  /** Whether it is the account's personal project. */
  personal: boolean;
  /** Why it cannot be used, where it cannot: `suspended` or `not ready`. */
  unusable: string | null;
  /** Whether it is the selected one. */
  current: boolean;
}

/** The projects that the account can use. */
export interface ProjectList {
  /** The projects, in the server's order. */
  projects: Project[];
  /** What the user should know about the list. */
  notes: string[];
  /** Seconds since the list was taken from the server; none: just now. */
  age: number | null;
}

/** What reads the keys of a target. */
export interface Reader {
  /** Its name. */
  name: string;
  /** Its version, where it is known. */
  version: string | null;
}

/** What `elitea/settings/render` takes. */
export interface RenderParams {
  /** The template: `vscode`, `jetbrains`, or one of the user's own. */
  ide: string;
  /** Refused where it is true: a token never crosses the wire to a client. */
  withToken?: boolean;
}

/** A rendered file. */
export interface Rendered {
  /** The template. */
  template: string;
  /** The name that the page gives the download. */
  fileName: string;
  /** The bytes. The page's own placeholder stands for the token unless the token was asked for. */
  text: string;
}

/** The way that a person chose to mend a finding. */
export interface RepairChoice {
  /** The finding's rule. */
  rule: string;
  /** The file that it is in. */
  file: string;
  /** Its line, where a file has several findings of the rule. */
  line?: number | null;
  /** The way's number among the fix's `ways`, from 0. */
  way: number;
}

/** What `elitea/doctor/repair` takes. */
export interface RepairParams {
  /** Whether it only tells what it would do. */
  check?: boolean;
  /** The ways that a person chose. */
  choices?: RepairChoice[];
  /** IDE ids, or `all`. */
  ides?: string[];
  /** `user`, `machine`, `workspace`. */
  scopes?: string[];
  /** The folder, or `.code-workspace`, whose workspace files are meant. */
  workspace?: string | null;
  /** Whether the projects that JetBrains IDEs list as recent are meant. */
  recent?: boolean;
  /** Config files. */
  paths?: string[];
}

/** What a repair did, or would do. */
export interface Repaired {
  /** The entry of the history, for `undo`; none where nothing was written. */
  history: string | null;
  /** The files. */
  files: RepairedFile[];
}

/** What became of one file. */
export interface RepairedFile {
  /** The file with its diff and how it stands now. */
  report: TargetReport;
  /** What was mended, in the imperative. */
  mended: string[];
  /** What is left, worst first. */
  left: Finding[];
}

/** What `elitea/config/resolve` takes. */
export interface ResolveParams {
  /** The keys, as reports name them. */
  keys: string[];
  /** What becomes of them. */
  choice: Settle;
  /** IDE ids, or `all`. */
  ides?: string[];
  /** `user`, `machine`, `workspace`. */
  scopes?: string[];
  /** The folder, or `.code-workspace`, whose workspace files are meant. */
  workspace?: string | null;
  /** Whether the projects that JetBrains IDEs list as recent are meant. */
  recent?: boolean;
  /** Config files. */
  paths?: string[];
}

/** What `elitea/token/revoke` takes. */
export interface RevokeParams {
  /** The token's uuid, or a name that occurs once. */
  token: string;
  /** Whether a person agreed to delete a token that no helper made. */
  confirmed?: boolean;
}

/** A token that was deleted on the server. */
export interface Revoked {
  /** The token. */
  token: Token;
  /** What else the user should know. */
  notes: string[];
}

/** What `elitea/token/rotate` takes. */
export interface RotateParams {
  /** How long the new token lives: `30d` (when left out), `12h`, `4w` or `never`. */
  expires?: string | null;
  /** Whether the old token is deleted once the new one is everywhere. */
  deleteOld?: boolean;
}

/** A token that was replaced. */
export interface Rotated {
  /** The new token. */
  token: Token;
  /** What became of the old one: `lives on until ...`, `deleted`, or why it could not be deleted. */
  old: string;
  /** The store that keeps the new one. */
  store: string;
  /** The files that hold the new one now, and those that could not be written. */
  targets: TargetReport[];
  /** What else the user should know. */
  notes: string[];
}

/** One row of the table of rules. */
export interface RuleInfo {
  /** The id. */
  id: string;
  /** How bad its findings are. */
  severity: Severity;
  /** What it finds, in a few words. */
  title: string;
  /** Why that matters. */
  why: string;
  /** What to do about it. */
  help: string;
  /** Whether the server has to be asked for it. */
  needsServer: boolean;
  /** Whether `repair` can mend what it finds. */
  repairs: boolean;
}

/** The rules of the doctor. */
export interface RuleList {
  /** All of them, in the order of the table. */
  rules: RuleInfo[];
}

/** What `elitea/doctor/run` takes. */
export interface RunParams {
  /** Only these files; none: the whole machine. */
  paths?: string[];
  /** Only these rules; none: all. */
  only?: string[];
  /** All but these rules. */
  skip?: string[];
}

/** The selection in effect, each part with where it comes from. */
export interface Selection {
  /** Our profile. */
  profile: string;
  /** The deployment root. */
  server: Chosen | null;
  /** The project's id. */
  project: Chosen | null;
  /** The model as `owner/name`; none: the project's default is followed. */
  model: Chosen | null;
}

/** What the helper says. */
export interface ServerHello {
  /** The number of the protocol that it speaks. */
  protocol: number;
  /** The requests that it answers. */
  methods: string[];
}

/** What `elitea/selection/set` takes. What is left out stays as it is. */
export interface SetParams {
  /** A project's id or name, or the unique beginning of its name. */
  project?: IdOrName | null;
  /** A model's name, or `owner/name`; `default` follows the project's default. */
  model?: string | null;
}

/** A setting of ours and its story. */
export interface Setting {
  /** Its key: `server`, `network.proxy`. */
  key: string;
  /** What it does, in a sentence without a full stop. */
  doc: string;
  /** What it may hold, for people. */
  expected: string;
  /** The value that counts, secrets masked; null where nothing sets it and it has no default. */
  value: unknown;
  /** What set it. */
  source: SettingSource;
  /** The values that it hides, the strongest first. */
  hidden: HiddenSetting[];
}

/** What `config set` and `config unset` did. */
export interface SettingChanged {
  /** Our `config.toml`. */
  file: string;
  /** Whether the file was changed; it is not where it says so already. */
  changed: boolean;
  /** The setting as it is from now on. */
  setting: Setting;
}

/** Settings of ours. */
export interface SettingList {
  /** The settings, in the order of the table of settings. */
  settings: Setting[];
}

/** What sets a setting of ours. */
export interface SettingSource {
  /** `locked`, `flag`, `environment`, `workspace`, `config` (the user's `config.toml`), `machine` or `builtIn`. */
  kind: string;
  /** The flag, the variable or the profile, where there is one. */
  name: string | null;
  /** The file, where it is one. */
  file: string | null;
  /** The line in that file, from 1. */
  line: number | null;
  /** All of that, for people. */
  text: string;
}

/** How a key in conflict is settled. */
export type Settle =
  /** The user's value stays, and is neither touched nor reported again. */
  | "keep"
  /** Ours is written. */
  | "take";

/** How bad a finding is. */
export type Severity =
  /** It does not work. */
  | "error"
  /** It works by luck, not for long, or not safely. */
  | "warning"
  /** Worth knowing; nothing has to be done. */
  | "info";

/** A candidate that was left out. */
export interface Skipped {
  /** The IDE's id. */
  ide: string;
  /** The file or folder that was looked at. */
  path: string;
  /** Whether the IDE is there at all. */
  installed: boolean;
  /** Why it was left out. */
  reason: string;
}

/** A rule that was not asked. */
export interface SkippedRule {
  /** The rule's id. */
  rule: string;
  /** Why. */
  reason: string;
}

/** What becomes of a value. */
export type Standing =
  /** It is in effect. */
  | "inEffect"
  /** A stronger file says something, too. */
  | "overridden"
  /** Something further down in the same file takes its place. */
  | "duplicate"
  /** The default profile's value goes for all profiles (`workbench.settings.applyToAllProfiles`). */
  | "ofAllProfiles"
  /** A folder's file says nothing about such a key while a `.code-workspace` is open. */
  | "notOfFolders";

/** Account, token, selection, and every target in order or not. */
export interface Status {
  /** The selection in effect. */
  selection: Selection;
  /** The account; none: not signed in, or the server did not answer. */
  account: Account | null;
  /** The token in use. */
  token: TokenInUse | null;
  /** The targets that are kept in order. */
  targets: TargetReport[];
  /** What keeps it from being in order, worst first. */
  problems: Failure[];
  /** What else the user should know. */
  notes: string[];
}

/** What `elitea/status/didChange` tells: how things stand, in a word and a sentence. */
export interface StatusChange {
  /** In a word. */
  kind: StatusKind;
  /** In a sentence without a full stop. */
  message: string;
  /** What a click on it should do. */
  command: StatusCommand | null;
}

/** Something to offer beside a status. */
export interface StatusCommand {
  /** What it does, in the imperative. */
  title: string;
  /** The request of this protocol that does it, such as `elitea/auth/login`. */
  method: string;
}

/** How things stand, in a word. */
export type StatusKind =
  /** All is in order. */
  | "ok"
  /** It works, but something wants attention. */
  | "warning"
  /** It does not work. */
  | "error"
  /** No token is stored. */
  | "signedOut"
  /** The server cannot be reached. */
  | "offline"
  /** A change is under way. */
  | "busy";

/** Which targets are meant; nothing named: the registered ones, and every IDE with a reader installed. What `elitea/config/plan` and `elitea/config/remove` take. */
export interface TargetParams {
  /** IDE ids, or `all`. */
  ides?: string[];
  /** `user`, `machine`, `workspace`. */
  scopes?: string[];
  /** The folder, or `.code-workspace`, whose workspace files are meant. */
  workspace?: string | null;
  /** Whether the projects that JetBrains IDEs list as recent are meant. */
  recent?: boolean;
  /** Config files. */
  paths?: string[];
}

/** One config file of one IDE at one scope. */
export interface TargetRef {
  /** The IDE's id, as `--ide` takes it. */
  ide: string;
  /** The IDE's name, as people know it. */
  ideName: string;
  /** `user`, `machine` or `workspace`. */
  scope: string;
  /** The VS Code profile or the project, where it has a name. */
  label: string | null;
  /** The file. */
  path: string;
  /** The template that says which keys it gets. */
  template: string;
}

/** One target of a plan, an apply, a removal or an undo. */
export interface TargetReport {
  /** Which file. */
  target: TargetRef;
  /** How it stands. */
  state: TargetState;
  /** The keys that are ours or wanted. */
  keys: KeyReport[];
  /** Unified diff, secrets masked; empty where nothing changes. */
  diff: string;
  /** What the user should know about this target, such as why it gets no token. */
  notes: string[];
  /** Why it was refused. */
  error: Failure | null;
}

/** How a target stands after a verb went over it. */
export type TargetState =
  /** Nothing to do. */
  | "inOrder"
  /** It would change. */
  | "pending"
  /** It was changed. */
  | "written"
  /** At least one key is in conflict; the others are as they should be. */
  | "conflict"
  /** The editor holds the change unsaved; it counts once the file is saved. */
  | "unsaved"
  /** It was not touched, because of `error`. */
  | "refused";

/** One token of the account. The secret is never part of it. */
export interface Token {
  /** The public handle; none where the server keeps none. */
  uuid: string | null;
  /** The name; names may occur twice. */
  name: string | null;
  /** When it expires; none for never. */
  expires: string | null;
  /** Whole days until then; negative when past. */
  daysLeft: number | null;
  /** How it stands. */
  state: TokenState;
  /** Whether it is the one in use here. */
  inUse: boolean;
  /** Whether a helper made it. */
  ours: boolean;
}

/** The token in use. */
export interface TokenInUse {
  /** Its name on the server. */
  name: string | null;
  /** The store that keeps it. */
  store: string;
  /** When it expires; none for never. */
  expires: string | null;
  /** Whole days until then; negative when past. */
  daysLeft: number | null;
  /** How it stands. */
  state: TokenState;
}

/** The tokens of the account. */
export interface TokenList {
  /** The tokens, in the server's order. */
  tokens: Token[];
}

/** Where a token is made. */
export interface TokenPage {
  /** The server, as its root. */
  server: string;
  /** The address of its page, for a browser. */
  page: string;
}

/** Where a token stands: in a file, or in a variable of the environment. Lines and columns count from 1, columns in Unicode scalar values. */
export interface TokenPlace {
  /** The file. */
  file: string | null;
  /** The line of its first character. */
  line: number | null;
  /** The column of its first character. */
  column: number | null;
  /** The name of the setting, header or variable that it is the value of. */
  key: string | null;
  /** The variable of the environment. */
  variable: string | null;
}

/** How a token stands, as ELITEA's own page says it. */
export type TokenState =
  /** It never expires. */
  | "never"
  /** More than seven days are left. */
  | "active"
  /** Seven days or fewer are left. */
  | "expiring"
  /** Its time is over. */
  | "expired";

/** What `elitea/config/undo` takes. */
export interface UndoParams {
  /** An entry of the history; none: the last one. */
  id?: string | null;
}

/** A file that cannot be read. */
export interface Unreadable {
  /** Which file. */
  target: TargetRef;
  /** Why, and where. */
  error: Failure;
}

/** Version, protocol, commit and what was compiled in. */
export interface Version {
  /** The release. */
  version: string;
  /** The protocol's number. */
  protocol: number;
  /** The commit it was built from, where the build said so. */
  commit: string | null;
  /** The stores of tokens that it knows. */
  stores: string[];
}

/** Who wrote a value. */
export type Who =
  /** We did. */
  | "helper"
  /** The user, over what we had written. */
  | "userSince"
  /** The user, who told us to keep off the key. */
  | "userKept"
  /** The user or another program; we never wrote this key. */
  | "user"
  /** It cannot be told, as what we remember of the file was written by a newer version. */
  | "unknown";

/** A way in which an IDE's files come together. */
export interface Window {
  /** The IDE's id. */
  ide: string;
  /** The IDE's name. */
  ideName: string;
  /** The VS Code profile; none: the default one. In JetBrains IDEs the project. */
  label: string | null;
  /** Whether the IDE runs on another machine and only its server on this one: the settings of its user are there, and not known here. */
  remote: boolean;
  /** The folder or the `.code-workspace` that is open; none: no workspace. */
  opened: string | null;
}

/** What the client asks the server: each method with its parameters and its result. */
export interface Requests {
  /** Tells account, token, selection, and every target in order or not. */
  "elitea/status/get": { params: NoParams; result: Status };
  /** Checks a token, or one that was found, and stores it. Clients keep this request out of their trace. */
  "elitea/auth/login": { params: LoginParams; result: LoggedIn };
  /** Tells where a token is made. */
  "elitea/auth/page": { params: PageParams; result: TokenPage };
  /** Finds tokens that lie about in known files and in the environment. */
  "elitea/auth/discover": { params: NoParams; result: Discovered };
  /** Forgets the token, and takes the token keys that are ours out of the IDEs. */
  "elitea/auth/logout": { params: LogoutParams; result: LoggedOut };
  /** Lists the account's tokens. */
  "elitea/token/list": { params: NoParams; result: TokenList };
  /** Makes a token and stores it as the one in use. */
  "elitea/token/create": { params: CreateParams; result: Created };
  /** Puts a new token in place of the one in use, in every target. */
  "elitea/token/rotate": { params: RotateParams; result: Rotated };
  /** Deletes a token on the server. */
  "elitea/token/revoke": { params: RevokeParams; result: Revoked };
  /** Lists the projects that the account can use. */
  "elitea/project/list": { params: NoParams; result: ProjectList };
  /** Lists the models of a project. */
  "elitea/model/list": { params: ModelListParams; result: ModelList };
  /** Changes the selection, and tells what is in effect now. */
  "elitea/selection/set": { params: SetParams; result: Selection };
  /** Renders the settings file that ELITEA's web page offers. */
  "elitea/settings/render": { params: RenderParams; result: Rendered };
  /** Lists every IDE found, its config files, and what was left out. */
  "elitea/ide/list": { params: NoParams; result: IdeList };
  /** Tells what would change in each target. */
  "elitea/config/plan": { params: TargetParams; result: Plan };
  /** Carries the plan out. */
  "elitea/config/apply": { params: ApplyParams; result: Applied };
  /** Settles keys that the user changed or deleted. */
  "elitea/config/resolve": { params: ResolveParams; result: Applied };
  /** Takes a change back. */
  "elitea/config/undo": { params: UndoParams; result: Applied };
  /** Lists what was changed, newest first. */
  "elitea/config/history": { params: NoParams; result: History };
  /** Takes our keys out again, each back to what stood there before. */
  "elitea/config/remove": { params: TargetParams; result: Applied };
  /** Tells where a value comes from, what it hides, and who wrote it. */
  "elitea/config/explain": { params: ExplainParams; result: Explained };
  /** Finds what is wrong, and says what mends it. */
  "elitea/doctor/run": { params: RunParams; result: DoctorReport };
  /** Mends what the doctor finds in files. */
  "elitea/doctor/repair": { params: RepairParams; result: Repaired };
  /** Writes a support report without secrets. */
  "elitea/doctor/bundle": { params: BundleParams; result: Bundle };
}

/** What the server tells the client: each method with its parameters. */
export interface Notifications {
  /** Tells that things stand otherwise than before. */
  "elitea/status/didChange": { params: StatusChange };
}
