// Made from editors/protocol.json; to write it anew: PROTOCOL=write cargo test --lib protocol
package ai.elitea.helper.protocol

import com.google.gson.JsonElement
import com.google.gson.annotations.SerializedName

/** The protocol's number. */
const val PROTOCOL: Long = 1

/** An account as the server knows it. */
data class Account(
    /** The server's id of the user. */
    val id: String,
    /** The e-mail address. */
    val email: String,
    /** The display name; may be empty. */
    val name: String,
)

/** What was changed. */
data class Applied(
    /** The entry of the history, for `undo`; none where nothing was written. */
    val history: String? = null,
    /** The targets. */
    val targets: List<TargetReport>,
    /** The candidates that were left out. */
    val skipped: List<Skipped>,
    /** What else the user should know. */
    val notes: List<String>,
)

/** What `elitea/config/apply` takes. */
data class ApplyParams(
    /** The plan that is carried out or fails as stale; none: whatever the plan is now. */
    val plan: String? = null,
    /** IDE ids, or `all`. */
    val ides: List<String>? = null,
    /** `user`, `machine`, `workspace`. */
    val scopes: List<String>? = null,
    /** The folder, or `.code-workspace`, whose workspace files are meant. */
    val workspace: String? = null,
    /** Whether the projects that JetBrains IDEs list as recent are meant. */
    val recent: Boolean? = null,
    /** Config files. */
    val paths: List<String>? = null,
)

/** Who wrote a value. */
data class Author(
    /** Who. */
    val who: Who,
    /** When we wrote this key last, where the history still tells. */
    val lastWrite: LastWrite? = null,
)

/** A support report that was written. */
data class Bundle(
    /** Where. */
    val path: String,
    /** How long it is. */
    val bytes: Long,
)

/** What `elitea/doctor/bundle` takes. */
data class BundleParams(
    /** The file to write, where none may be yet. */
    val path: String,
)

/** A value and the source that won. */
data class Chosen(
    /** The value. */
    val value: String,
    /** The source, such as `flag`, `environment ELITEA_PROJECT_ID` or `profile default`. */
    val source: String,
    /** Its name, where the server has told one. */
    val name: String? = null,
)

/** What a client made for this helper says. */
data class ClientHello(
    /** The number of the protocol that it speaks. */
    val protocol: Long? = null,
    /** The editor. */
    val editor: Editor? = null,
    /** The proxy that the editor uses, for where ours names none. */
    val proxy: String? = null,
    /** A PEM file of certificates that the editor trusts besides the system's. */
    val caFile: String? = null,
) {
    override fun toString() = "ClientHello(...)"
}

/** Where our own `config.toml` stands. */
data class ConfigPath(
    /** The file. */
    val path: String,
    /** Whether it exists. */
    val exists: Boolean,
)

/** What `elitea/token/create` takes. The secret never comes back: the helper stores it. */
data class CreateParams(
    /** Its name: letters, digits, `_` and `-`. */
    val name: String,
    /** How long it lives: `30d` (when left out), `12h`, `4w` or `never`. */
    val expires: String? = null,
)

/** A token that was made. */
data class Created(
    /** The token, without its secret. */
    val token: Token,
    /** The store that keeps it now. */
    val store: String,
    /** The secret, only where it was asked for by name. */
    val secret: String? = null,
) {
    override fun toString() = "Created(...)"
}

/** The tokens that lie about on this machine. */
data class Discovered(
    /** Each token once. */
    val tokens: List<FoundToken>,
    /** What could not be looked at, and what else the user should know. */
    val notes: List<String>,
)

/** Everything the doctor found, worst first. */
data class DoctorReport(
    /** The findings, worst first. */
    val findings: List<Finding>,
    /** The rules that were not asked, with the reason. */
    val skipped: List<SkippedRule>,
    /** The files that were looked at. */
    val files: List<String>,
)

/** The editor that a client runs in. */
data class Editor(
    /** Its name, as `--ide` takes it or as people know it. */
    val name: String? = null,
    /** Its version. */
    val version: String? = null,
)

/** Some lines of a file, secrets masked. */
data class Excerpt(
    /** The number of the first line. */
    val line: Long,
    /** The lines. */
    val text: String,
    /** Where in `text` the finding starts, in bytes of UTF-8. */
    val start: Long,
    /** Where it ends. */
    val end: Long,
)

/** What `elitea/config/explain` takes. */
data class ExplainParams(
    /** A setting of ours, a key of a reader's, the beginning of some, or `elitea` for all. */
    val key: String,
)

/** What `explain` found. */
data class Explained(
    /** The settings of ours that are meant. */
    val settings: List<Setting>,
    /** The keys of IDEs that are meant, once for each window in which one could be in effect. */
    val keys: List<KeyStory>,
    /** The files that cannot be read, with the place. */
    val unreadable: List<Unreadable>,
)

/** The document that stands in place of a report when a verb fails. */
data class Failed(
    /** The failure. */
    val error: Failure,
)

/** What happened, where, and what to do next. */
data class Failure(
    /** Stable name, such as `E_TOKEN_EXPIRED`. */
    val code: String,
    /** What happened. */
    val message: String,
    /** The file, where one is meant. */
    val file: String? = null,
    /** Its line, from 1. */
    val line: Long? = null,
    /** Its column, from 1, in Unicode scalar values. */
    val column: Long? = null,
    /** What to do next. */
    val hint: String? = null,
    /** What one may choose from, where a choice is missing. */
    val choices: List<String>,
    /** Whether the same call may succeed later without anybody changing anything. */
    val retryable: Boolean,
)

/** One thing that is not as it should be. */
data class Finding(
    /** The rule's id, which never changes. */
    val rule: String,
    /** How bad it is. */
    val severity: Severity,
    /** What is wrong, in one sentence without a full stop; secrets masked. */
    val message: String,
    /** Where, if it is in a file. */
    val place: FindingPlace? = null,
    /** Why it matters. */
    val why: String,
    /** What mends it. */
    val fix: Fix? = null,
    /** The command that explains the rule. */
    val explain: String,
)

/** Where a finding is. Lines and columns count from 1, columns in Unicode scalar values. */
data class FindingPlace(
    /** The file. */
    val file: String,
    /** Line of the first character; none: the file as a whole. */
    val line: Long? = null,
    /** Column of the first character. */
    val column: Long? = null,
    /** Line after the last character. */
    val endLine: Long? = null,
    /** Column after the last character. */
    val endColumn: Long? = null,
    /** The lines around it, as a code frame shows them. */
    val excerpt: Excerpt? = null,
)

/** What mends a finding. */
data class Fix(
    /** What it does, in the imperative. */
    val title: String,
    /** Whether it may be done unasked: it has one possible outcome. */
    val safe: Boolean,
    /** The command that does it, or that asks which of several ways to take. */
    val command: String? = null,
    /** The ways there are, fewest changed bytes first, where a person has to choose. */
    val ways: List<String>,
)

/** One config file that was found. */
data class FoundTarget(
    /** The IDE's id, as `--ide` takes it. */
    val ide: String,
    /** The IDE's name, as people know it. */
    val ideName: String,
    /** `user`, `machine` or `workspace`. */
    val scope: String,
    /** The VS Code profile or the project, where it has a name. */
    val label: String? = null,
    /** The file. */
    val path: String,
    /** The template that says which keys it gets. */
    val template: String,
    /** What reads its keys; none: nothing that is installed. */
    val reader: Reader? = null,
    /** Whether the file exists. */
    val exists: Boolean,
    /** Whether it is kept in order. */
    val registered: Boolean,
)

/** A token that lies about. The secret is never part of it. */
data class FoundToken(
    /** What `elitea/auth/login` takes in its place; the same for this token on this machine. */
    val id: String,
    /** Everywhere it stands. */
    val places: List<TokenPlace>,
    /** The root of the server that stands beside it; none where there is none, or where there are several. */
    val server: String? = null,
    /** When it expires, as it says itself; none for never. */
    val expires: String? = null,
    /** Whole days until then; negative when past. */
    val daysLeft: Long? = null,
    /** How it stands, as it says itself; only the server knows whether it was deleted. */
    val state: TokenState,
    /** Whether it is the one in use here. */
    val inUse: Boolean,
)

/** A value that a stronger source hides. */
data class HiddenSetting(
    /** The value, secrets masked. */
    val value: JsonElement,
    /** What set it. */
    val source: SettingSource,
)

/** The history, newest first. */
data class History(
    /** Its entries. */
    val entries: List<HistoryEntry>,
)

/** One entry of the history. */
data class HistoryEntry(
    /** Its id, as `undo` takes it. */
    val id: String,
    /** When. */
    val time: String,
    /** `apply`, `resolve`, `remove`, `undo`, `logout` or `rotate`. */
    val verb: String,
    /** The files that were written. */
    val files: List<String>,
    /** The entry that took this one back. */
    val undone: String? = null,
)

/** A project as a client names it. */
typealias IdOrName = JsonElement

/** Every IDE found, and every candidate that was not one. */
data class IdeList(
    /** IDEs that are installed, with their settings folder. */
    val installed: List<Installed>,
    /** The config files of them. */
    val targets: List<FoundTarget>,
    /** The candidates that were left out. */
    val skipped: List<Skipped>,
)

/** One installed IDE. */
data class Installed(
    /** The IDE's id. */
    val ide: String,
    /** The IDE's name. */
    val ideName: String,
    /** Its version, where the settings folder tells. */
    val version: String? = null,
    /** The settings folder. */
    val path: String,
    /** What reads the keys there. */
    val reader: Reader? = null,
)

/** One key of a target. */
data class KeyReport(
    /** The key as it is written in the file, or `component/option`. */
    val key: String,
    /** `inserted`, `updated`, `unchanged`, `adopted`, `takenOver`, `conflict`, `gone`, `released`, `removed`, `restored`, `left` or `refusedSecret` (a redacted token where no token may be written). */
    val outcome: String,
    /** What stands in the file instead, where the outcome is `conflict`; secrets masked. */
    val theirs: String? = null,
)

/** One value in one file. */
data class KeySource(
    /** Which file. */
    val target: TargetRef,
    /** Line of the value, from 1. */
    val line: Long,
    /** Column of the value, from 1, in Unicode scalar values. */
    val column: Long,
    /** The value, secrets masked. */
    val value: JsonElement,
    /** What becomes of it. */
    val standing: Standing,
    /** Who wrote it. */
    val author: Author,
)

/** One key in one window of one IDE. */
data class KeyStory(
    /** The key as it is written in the file, or `component/option`. */
    val key: String,
    /** Where it is looked at. */
    val window: Window,
    /** The value in effect, secrets masked; null where no file sets it, so that its reader's own default counts. */
    val value: JsonElement,
    /** Whether every file of the window could be read, so that there is no more to it. */
    val complete: Boolean,
    /** Every value that stands in the files of the window, the strongest first. */
    val sources: List<KeySource>,
    /** The files from which the user took the key out after we had written it. */
    val deleted: List<String>,
)

/** A write of ours. */
data class LastWrite(
    /** The history's entry. */
    val history: String,
    /** When. */
    val time: String,
    /** What we did: `apply`, `rotate`, ... */
    val verb: String,
)

/** What a sign-in did. */
data class LoggedIn(
    /** The deployment root that the token belongs to. */
    val server: String,
    /** Who the token signs in. */
    val account: Account,
    /** The store that keeps the token. */
    val store: String,
    /** When the token expires; none for never. */
    val expires: String? = null,
    /** Our profile that now uses it. */
    val profile: String,
    /** The project, where one is selected. */
    val project: Long? = null,
    /** What else the user should know. */
    val notes: List<String>,
)

/** What a sign-out did. */
data class LoggedOut(
    /** The deployment root that the token belonged to. */
    val server: String,
    /** Whether a token was stored and is gone now. */
    val forgotten: Boolean,
    /** Whether the server deleted the token. */
    val revoked: Boolean,
    /** The files that a token key was taken out of, and those where that failed. */
    val targets: List<TargetReport>,
    /** What else the user should know. */
    val notes: List<String>,
)

/** What `elitea/auth/login` takes: the one request that may carry a token. Either `token` or `found` is given. */
data class LoginParams(
    /** The token as it was pasted. */
    val token: String? = null,
    /** The id of a token that `elitea/auth/discover` found. */
    val found: String? = null,
    /** The server; none: for a pasted token that of the selection, for a found one that beside it. */
    val server: String? = null,
    /** The store, `keychain` or `file`; none: that of the profile. */
    val store: String? = null,
) {
    override fun toString() = "LoginParams(...)"
}

/** What `elitea/auth/logout` takes. */
data class LogoutParams(
    /** Whether the server deletes the token too. */
    val revoke: Boolean? = null,
)

/** One model. */
data class Model(
    /** The name that identifies it together with its owner. */
    val name: String,
    /** The name that people know it by. */
    val displayName: String,
    /** The project that owns it. */
    val owner: Long,
    /** Whether it is another project's, shared with this one. */
    val shared: Boolean,
    /** Tokens that fit into one conversation. */
    val contextWindow: Long? = null,
    /** Tokens of the longest answer. */
    val maxOutputTokens: Long? = null,
    /** Whether it reads images. */
    val vision: Boolean,
    /** Whether it reasons before it answers. */
    val reasoning: Boolean,
    /** Whether the server names it as the project's default. */
    val default: Boolean,
    /** Whether it is the one in effect. */
    val current: Boolean,
)

/** The models that a project can use. */
data class ModelList(
    /** The project. */
    val project: Long,
    /** Its models, in the server's order. */
    val models: List<Model>,
    /** Seconds since the list was taken from the server; none: just now. */
    val age: Long? = null,
)

/** What `elitea/model/list` takes. */
data class ModelListParams(
    /** The project; none: the selected one. */
    val project: Long? = null,
)

/** No parameters: they are absent, null or an empty object. */
class NoParams

/** What `elitea/auth/page` takes. */
data class PageParams(
    /** The server, as people type it; none: the one of the selection. */
    val server: String? = null,
)

/** What would change. */
data class Plan(
    /** Names exactly this plan: `apply --plan ID` carries it out or fails as stale. */
    val id: String,
    /** The targets. */
    val targets: List<TargetReport>,
    /** The candidates that were left out. */
    val skipped: List<Skipped>,
    /** What else the user should know. */
    val notes: List<String>,
)

/** One project. */
data class Project(
    /** The server's id. */
    val id: Long,
    /** Its name. */
    val name: String,
    /** Whether it is the account's personal project. */
    val personal: Boolean,
    /** Why it cannot be used, where it cannot: `suspended` or `not ready`. */
    val unusable: String? = null,
    /** Whether it is the selected one. */
    val current: Boolean,
)

/** The projects that the account can use. */
data class ProjectList(
    /** The projects, in the server's order. */
    val projects: List<Project>,
    /** What the user should know about the list. */
    val notes: List<String>,
    /** Seconds since the list was taken from the server; none: just now. */
    val age: Long? = null,
)

/** What reads the keys of a target. */
data class Reader(
    /** Its name. */
    val name: String,
    /** Its version, where it is known. */
    val version: String? = null,
)

/** What `elitea/settings/render` takes. */
data class RenderParams(
    /** The template: `vscode`, `jetbrains`, or one of the user's own. */
    val ide: String,
    /** Refused where it is true: a token never crosses the wire to a client. */
    val withToken: Boolean? = null,
)

/** A rendered file. */
data class Rendered(
    /** The template. */
    val template: String,
    /** The name that the page gives the download. */
    val fileName: String,
    /** The bytes. The page's own placeholder stands for the token unless the token was asked for. */
    val text: String,
)

/** The way that a person chose to mend a finding. */
data class RepairChoice(
    /** The finding's rule. */
    val rule: String,
    /** The file that it is in. */
    val file: String,
    /** Its line, where a file has several findings of the rule. */
    val line: Long? = null,
    /** The way's number among the fix's `ways`, from 0. */
    val way: Long,
)

/** What `elitea/doctor/repair` takes. */
data class RepairParams(
    /** Whether it only tells what it would do. */
    val check: Boolean? = null,
    /** The ways that a person chose. */
    val choices: List<RepairChoice>? = null,
    /** IDE ids, or `all`. */
    val ides: List<String>? = null,
    /** `user`, `machine`, `workspace`. */
    val scopes: List<String>? = null,
    /** The folder, or `.code-workspace`, whose workspace files are meant. */
    val workspace: String? = null,
    /** Whether the projects that JetBrains IDEs list as recent are meant. */
    val recent: Boolean? = null,
    /** Config files. */
    val paths: List<String>? = null,
)

/** What a repair did, or would do. */
data class Repaired(
    /** The entry of the history, for `undo`; none where nothing was written. */
    val history: String? = null,
    /** The files. */
    val files: List<RepairedFile>,
)

/** What became of one file. */
data class RepairedFile(
    /** The file with its diff and how it stands now. */
    val report: TargetReport,
    /** What was mended, in the imperative. */
    val mended: List<String>,
    /** What is left, worst first. */
    val left: List<Finding>,
)

/** What `elitea/config/resolve` takes. */
data class ResolveParams(
    /** The keys, as reports name them. */
    val keys: List<String>,
    /** What becomes of them. */
    val choice: Settle,
    /** IDE ids, or `all`. */
    val ides: List<String>? = null,
    /** `user`, `machine`, `workspace`. */
    val scopes: List<String>? = null,
    /** The folder, or `.code-workspace`, whose workspace files are meant. */
    val workspace: String? = null,
    /** Whether the projects that JetBrains IDEs list as recent are meant. */
    val recent: Boolean? = null,
    /** Config files. */
    val paths: List<String>? = null,
)

/** What `elitea/token/revoke` takes. */
data class RevokeParams(
    /** The token's uuid, or a name that occurs once. */
    val token: String,
    /** Whether a person agreed to delete a token that no helper made. */
    val confirmed: Boolean? = null,
)

/** A token that was deleted on the server. */
data class Revoked(
    /** The token. */
    val token: Token,
    /** What else the user should know. */
    val notes: List<String>,
)

/** What `elitea/token/rotate` takes. */
data class RotateParams(
    /** How long the new token lives: `30d` (when left out), `12h`, `4w` or `never`. */
    val expires: String? = null,
    /** Whether the old token is deleted once the new one is everywhere. */
    val deleteOld: Boolean? = null,
)

/** A token that was replaced. */
data class Rotated(
    /** The new token. */
    val token: Token,
    /** What became of the old one: `lives on until ...`, `deleted`, or why it could not be deleted. */
    val old: String,
    /** The store that keeps the new one. */
    val store: String,
    /** The files that hold the new one now, and those that could not be written. */
    val targets: List<TargetReport>,
    /** What else the user should know. */
    val notes: List<String>,
)

/** One row of the table of rules. */
data class RuleInfo(
    /** The id. */
    val id: String,
    /** How bad its findings are. */
    val severity: Severity,
    /** What it finds, in a few words. */
    val title: String,
    /** Why that matters. */
    val why: String,
    /** What to do about it. */
    val help: String,
    /** Whether the server has to be asked for it. */
    val needsServer: Boolean,
    /** Whether `repair` can mend what it finds. */
    val repairs: Boolean,
)

/** The rules of the doctor. */
data class RuleList(
    /** All of them, in the order of the table. */
    val rules: List<RuleInfo>,
)

/** What `elitea/doctor/run` takes. */
data class RunParams(
    /** Only these files; none: the whole machine. */
    val paths: List<String>? = null,
    /** Only these rules; none: all. */
    val only: List<String>? = null,
    /** All but these rules. */
    val skip: List<String>? = null,
)

/** The selection in effect, each part with where it comes from. */
data class Selection(
    /** Our profile. */
    val profile: String,
    /** The deployment root. */
    val server: Chosen? = null,
    /** The project's id. */
    val project: Chosen? = null,
    /** The model as `owner/name`; none: the project's default is followed. */
    val model: Chosen? = null,
)

/** What the helper says. */
data class ServerHello(
    /** The number of the protocol that it speaks. */
    val protocol: Long,
    /** The requests that it answers. */
    val methods: List<String>,
)

/** What `elitea/selection/set` takes. What is left out stays as it is. */
data class SetParams(
    /** A project's id or name, or the unique beginning of its name. */
    val project: IdOrName? = null,
    /** A model's name, or `owner/name`; `default` follows the project's default. */
    val model: String? = null,
)

/** A setting of ours and its story. */
data class Setting(
    /** Its key: `server`, `network.proxy`. */
    val key: String,
    /** What it does, in a sentence without a full stop. */
    val doc: String,
    /** What it may hold, for people. */
    val expected: String,
    /** The value that counts, secrets masked; null where nothing sets it and it has no default. */
    val value: JsonElement,
    /** What set it. */
    val source: SettingSource,
    /** The values that it hides, the strongest first. */
    val hidden: List<HiddenSetting>,
)

/** What `config set` and `config unset` did. */
data class SettingChanged(
    /** Our `config.toml`. */
    val file: String,
    /** Whether the file was changed; it is not where it says so already. */
    val changed: Boolean,
    /** The setting as it is from now on. */
    val setting: Setting,
)

/** Settings of ours. */
data class SettingList(
    /** The settings, in the order of the table of settings. */
    val settings: List<Setting>,
)

/** What sets a setting of ours. */
data class SettingSource(
    /** `locked`, `flag`, `environment`, `workspace`, `config` (the user's `config.toml`), `machine` or `builtIn`. */
    val kind: String,
    /** The flag, the variable or the profile, where there is one. */
    val name: String? = null,
    /** The file, where it is one. */
    val file: String? = null,
    /** The line in that file, from 1. */
    val line: Long? = null,
    /** All of that, for people. */
    val text: String,
)

/** How a key in conflict is settled. */
enum class Settle {
    /** The user's value stays, and is neither touched nor reported again. */
    @SerializedName("keep")
    KEEP,

    /** Ours is written. */
    @SerializedName("take")
    TAKE,
}

/** How bad a finding is. */
enum class Severity {
    /** It does not work. */
    @SerializedName("error")
    ERROR,

    /** It works by luck, not for long, or not safely. */
    @SerializedName("warning")
    WARNING,

    /** Worth knowing; nothing has to be done. */
    @SerializedName("info")
    INFO,
}

/** A candidate that was left out. */
data class Skipped(
    /** The IDE's id. */
    val ide: String,
    /** The file or folder that was looked at. */
    val path: String,
    /** Whether the IDE is there at all. */
    val installed: Boolean,
    /** Why it was left out. */
    val reason: String,
)

/** A rule that was not asked. */
data class SkippedRule(
    /** The rule's id. */
    val rule: String,
    /** Why. */
    val reason: String,
)

/** What becomes of a value. */
enum class Standing {
    /** It is in effect. */
    @SerializedName("inEffect")
    IN_EFFECT,

    /** A stronger file says something, too. */
    @SerializedName("overridden")
    OVERRIDDEN,

    /** Something further down in the same file takes its place. */
    @SerializedName("duplicate")
    DUPLICATE,

    /** The default profile's value goes for all profiles (`workbench.settings.applyToAllProfiles`). */
    @SerializedName("ofAllProfiles")
    OF_ALL_PROFILES,

    /** A folder's file says nothing about such a key while a `.code-workspace` is open. */
    @SerializedName("notOfFolders")
    NOT_OF_FOLDERS,
}

/** Account, token, selection, and every target in order or not. */
data class Status(
    /** The selection in effect. */
    val selection: Selection,
    /** The account; none: not signed in, or the server did not answer. */
    val account: Account? = null,
    /** The token in use. */
    val token: TokenInUse? = null,
    /** The targets that are kept in order. */
    val targets: List<TargetReport>,
    /** What keeps it from being in order, worst first. */
    val problems: List<Failure>,
    /** What else the user should know. */
    val notes: List<String>,
)

/** What `elitea/status/didChange` tells: how things stand, in a word and a sentence. */
data class StatusChange(
    /** In a word. */
    val kind: StatusKind,
    /** In a sentence without a full stop. */
    val message: String,
    /** What a click on it should do. */
    val command: StatusCommand? = null,
)

/** Something to offer beside a status. */
data class StatusCommand(
    /** What it does, in the imperative. */
    val title: String,
    /** The request of this protocol that does it, such as `elitea/auth/login`. */
    val method: String,
)

/** How things stand, in a word. */
enum class StatusKind {
    /** All is in order. */
    @SerializedName("ok")
    OK,

    /** It works, but something wants attention. */
    @SerializedName("warning")
    WARNING,

    /** It does not work. */
    @SerializedName("error")
    ERROR,

    /** No token is stored. */
    @SerializedName("signedOut")
    SIGNED_OUT,

    /** The server cannot be reached. */
    @SerializedName("offline")
    OFFLINE,

    /** A change is under way. */
    @SerializedName("busy")
    BUSY,
}

/** Which targets are meant; nothing named: the registered ones, and every IDE with a reader installed. What `elitea/config/plan` and `elitea/config/remove` take. */
data class TargetParams(
    /** IDE ids, or `all`. */
    val ides: List<String>? = null,
    /** `user`, `machine`, `workspace`. */
    val scopes: List<String>? = null,
    /** The folder, or `.code-workspace`, whose workspace files are meant. */
    val workspace: String? = null,
    /** Whether the projects that JetBrains IDEs list as recent are meant. */
    val recent: Boolean? = null,
    /** Config files. */
    val paths: List<String>? = null,
)

/** One config file of one IDE at one scope. */
data class TargetRef(
    /** The IDE's id, as `--ide` takes it. */
    val ide: String,
    /** The IDE's name, as people know it. */
    val ideName: String,
    /** `user`, `machine` or `workspace`. */
    val scope: String,
    /** The VS Code profile or the project, where it has a name. */
    val label: String? = null,
    /** The file. */
    val path: String,
    /** The template that says which keys it gets. */
    val template: String,
)

/** One target of a plan, an apply, a removal or an undo. */
data class TargetReport(
    /** Which file. */
    val target: TargetRef,
    /** How it stands. */
    val state: TargetState,
    /** The keys that are ours or wanted. */
    val keys: List<KeyReport>,
    /** Unified diff, secrets masked; empty where nothing changes. */
    val diff: String,
    /** What the user should know about this target, such as why it gets no token. */
    val notes: List<String>,
    /** Why it was refused. */
    val error: Failure? = null,
)

/** How a target stands after a verb went over it. */
enum class TargetState {
    /** Nothing to do. */
    @SerializedName("inOrder")
    IN_ORDER,

    /** It would change. */
    @SerializedName("pending")
    PENDING,

    /** It was changed. */
    @SerializedName("written")
    WRITTEN,

    /** At least one key is in conflict; the others are as they should be. */
    @SerializedName("conflict")
    CONFLICT,

    /** The editor holds the change unsaved; it counts once the file is saved. */
    @SerializedName("unsaved")
    UNSAVED,

    /** It was not touched, because of `error`. */
    @SerializedName("refused")
    REFUSED,
}

/** One token of the account. The secret is never part of it. */
data class Token(
    /** The public handle; none where the server keeps none. */
    val uuid: String? = null,
    /** The name; names may occur twice. */
    val name: String? = null,
    /** When it expires; none for never. */
    val expires: String? = null,
    /** Whole days until then; negative when past. */
    val daysLeft: Long? = null,
    /** How it stands. */
    val state: TokenState,
    /** Whether it is the one in use here. */
    val inUse: Boolean,
    /** Whether a helper made it. */
    val ours: Boolean,
)

/** The token in use. */
data class TokenInUse(
    /** Its name on the server. */
    val name: String? = null,
    /** The store that keeps it. */
    val store: String,
    /** When it expires; none for never. */
    val expires: String? = null,
    /** Whole days until then; negative when past. */
    val daysLeft: Long? = null,
    /** How it stands. */
    val state: TokenState,
)

/** The tokens of the account. */
data class TokenList(
    /** The tokens, in the server's order. */
    val tokens: List<Token>,
)

/** Where a token is made. */
data class TokenPage(
    /** The server, as its root. */
    val server: String,
    /** The address of its page, for a browser. */
    val page: String,
)

/** Where a token stands: in a file, or in a variable of the environment. Lines and columns count from 1, columns in Unicode scalar values. */
data class TokenPlace(
    /** The file. */
    val file: String? = null,
    /** The line of its first character. */
    val line: Long? = null,
    /** The column of its first character. */
    val column: Long? = null,
    /** The name of the setting, header or variable that it is the value of. */
    val key: String? = null,
    /** The variable of the environment. */
    val variable: String? = null,
)

/** How a token stands, as ELITEA's own page says it. */
enum class TokenState {
    /** It never expires. */
    @SerializedName("never")
    NEVER,

    /** More than seven days are left. */
    @SerializedName("active")
    ACTIVE,

    /** Seven days or fewer are left. */
    @SerializedName("expiring")
    EXPIRING,

    /** Its time is over. */
    @SerializedName("expired")
    EXPIRED,
}

/** What `elitea/config/undo` takes. */
data class UndoParams(
    /** An entry of the history; none: the last one. */
    val id: String? = null,
)

/** A file that cannot be read. */
data class Unreadable(
    /** Which file. */
    val target: TargetRef,
    /** Why, and where. */
    val error: Failure,
)

/** Version, protocol, commit and what was compiled in. */
data class Version(
    /** The release. */
    val version: String,
    /** The protocol's number. */
    val protocol: Long,
    /** The commit it was built from, where the build said so. */
    val commit: String? = null,
    /** The stores of tokens that it knows. */
    val stores: List<String>,
)

/** Who wrote a value. */
enum class Who {
    /** We did. */
    @SerializedName("helper")
    HELPER,

    /** The user, over what we had written. */
    @SerializedName("userSince")
    USER_SINCE,

    /** The user, who told us to keep off the key. */
    @SerializedName("userKept")
    USER_KEPT,

    /** The user or another program; we never wrote this key. */
    @SerializedName("user")
    USER,

    /** It cannot be told, as what we remember of the file was written by a newer version. */
    @SerializedName("unknown")
    UNKNOWN,
}

/** A way in which an IDE's files come together. */
data class Window(
    /** The IDE's id. */
    val ide: String,
    /** The IDE's name. */
    val ideName: String,
    /** The VS Code profile; none: the default one. In JetBrains IDEs the project. */
    val label: String? = null,
    /** Whether the IDE runs on another machine and only its server on this one: the settings of its user are there, and not known here. */
    val remote: Boolean,
    /** The folder or the `.code-workspace` that is open; none: no workspace. */
    val opened: String? = null,
)

/** What the client asks the server. */
object Requests {
    /** Tells account, token, selection, and every target in order or not. Parameters [NoParams], result [Status]. */
    const val STATUS_GET = "elitea/status/get"
    /** Checks a token, or one that was found, and stores it. Clients keep this request out of their trace. Parameters [LoginParams], result [LoggedIn]. */
    const val AUTH_LOGIN = "elitea/auth/login"
    /** Tells where a token is made. Parameters [PageParams], result [TokenPage]. */
    const val AUTH_PAGE = "elitea/auth/page"
    /** Finds tokens that lie about in known files and in the environment. Parameters [NoParams], result [Discovered]. */
    const val AUTH_DISCOVER = "elitea/auth/discover"
    /** Forgets the token, and takes the token keys that are ours out of the IDEs. Parameters [LogoutParams], result [LoggedOut]. */
    const val AUTH_LOGOUT = "elitea/auth/logout"
    /** Lists the account's tokens. Parameters [NoParams], result [TokenList]. */
    const val TOKEN_LIST = "elitea/token/list"
    /** Makes a token and stores it as the one in use. Parameters [CreateParams], result [Created]. */
    const val TOKEN_CREATE = "elitea/token/create"
    /** Puts a new token in place of the one in use, in every target. Parameters [RotateParams], result [Rotated]. */
    const val TOKEN_ROTATE = "elitea/token/rotate"
    /** Deletes a token on the server. Parameters [RevokeParams], result [Revoked]. */
    const val TOKEN_REVOKE = "elitea/token/revoke"
    /** Lists the projects that the account can use. Parameters [NoParams], result [ProjectList]. */
    const val PROJECT_LIST = "elitea/project/list"
    /** Lists the models of a project. Parameters [ModelListParams], result [ModelList]. */
    const val MODEL_LIST = "elitea/model/list"
    /** Changes the selection, and tells what is in effect now. Parameters [SetParams], result [Selection]. */
    const val SELECTION_SET = "elitea/selection/set"
    /** Renders the settings file that ELITEA's web page offers. Parameters [RenderParams], result [Rendered]. */
    const val SETTINGS_RENDER = "elitea/settings/render"
    /** Lists every IDE found, its config files, and what was left out. Parameters [NoParams], result [IdeList]. */
    const val IDE_LIST = "elitea/ide/list"
    /** Tells what would change in each target. Parameters [TargetParams], result [Plan]. */
    const val CONFIG_PLAN = "elitea/config/plan"
    /** Carries the plan out. Parameters [ApplyParams], result [Applied]. */
    const val CONFIG_APPLY = "elitea/config/apply"
    /** Settles keys that the user changed or deleted. Parameters [ResolveParams], result [Applied]. */
    const val CONFIG_RESOLVE = "elitea/config/resolve"
    /** Takes a change back. Parameters [UndoParams], result [Applied]. */
    const val CONFIG_UNDO = "elitea/config/undo"
    /** Lists what was changed, newest first. Parameters [NoParams], result [History]. */
    const val CONFIG_HISTORY = "elitea/config/history"
    /** Takes our keys out again, each back to what stood there before. Parameters [TargetParams], result [Applied]. */
    const val CONFIG_REMOVE = "elitea/config/remove"
    /** Tells where a value comes from, what it hides, and who wrote it. Parameters [ExplainParams], result [Explained]. */
    const val CONFIG_EXPLAIN = "elitea/config/explain"
    /** Finds what is wrong, and says what mends it. Parameters [RunParams], result [DoctorReport]. */
    const val DOCTOR_RUN = "elitea/doctor/run"
    /** Mends what the doctor finds in files. Parameters [RepairParams], result [Repaired]. */
    const val DOCTOR_REPAIR = "elitea/doctor/repair"
    /** Writes a support report without secrets. Parameters [BundleParams], result [Bundle]. */
    const val DOCTOR_BUNDLE = "elitea/doctor/bundle"
}

/** What the server tells the client. */
object Notifications {
    /** Tells that things stand otherwise than before. Parameters [StatusChange]. */
    const val STATUS_DID_CHANGE = "elitea/status/didChange"
}
