package ai.elitea.helper.flows

import ai.elitea.helper.Texts
import ai.elitea.helper.client.Helper
import ai.elitea.helper.client.HelperException
import ai.elitea.helper.client.Life
import ai.elitea.helper.protocol.DoctorReport
import ai.elitea.helper.protocol.FoundToken
import ai.elitea.helper.protocol.Model
import ai.elitea.helper.protocol.ModelList
import ai.elitea.helper.protocol.Project
import ai.elitea.helper.protocol.ProjectList
import ai.elitea.helper.protocol.Selection
import ai.elitea.helper.protocol.Status
import ai.elitea.helper.protocol.StatusChange
import ai.elitea.helper.protocol.StatusKind
import ai.elitea.helper.protocol.TargetReport
import ai.elitea.helper.protocol.TargetState
import ai.elitea.helper.protocol.Token
import ai.elitea.helper.protocol.TokenState
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path

/** What people read, made of what the helper says. */
object Words {
    /** A text of a server or a file, with what could deceive an eye made visible. */
    fun visible(text: String): String = text.map { char ->
        val hides = char < ' ' || char in '\u007f'..'\u009f' || char == '\u061c' || char in '\u200b'..'\u200f' ||
            char in '\u2028'..'\u202e' || char in '\u2060'..'\u206f' || char == '\ufeff'
        if (hides) "\\u{${char.code.toString(16)}}" else char.toString()
    }.joinToString("")

    /** The same as HTML that is nothing but text. */
    fun html(text: String): String = text.split('\n').joinToString("<br>") { line ->
        visible(line).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
    }

    /** What failed, and what to do. */
    fun failure(failed: Throwable): String =
        (failed as? HelperException)?.text ?: failed.message ?: failed.toString()

    /** How long a token lives. */
    fun life(state: TokenState, daysLeft: Long?): String = when (state) {
        TokenState.NEVER -> Texts["token.never"]
        TokenState.EXPIRED -> Texts["token.expired"]
        else -> if (daysLeft == 0L) Texts["token.today"] else Texts["token.left", daysLeft ?: 0]
    }

    /** The rows of projects. */
    fun projects(list: ProjectList): List<Row> = aged(list.age) +
        list.projects.sortedBy { it.unusable != null }.map { project ->
            Row(project.name, about(project), project.id.toString().takeIf { project.unusable == null }, project.current)
        } + list.notes.map { Row(it, "", null) }

    private fun about(project: Project) = listOfNotNull(
        project.id.toString(),
        Texts["project.personal"].takeIf { project.personal },
        project.unusable,
    ).joinToString(" · ")

    /** The rows of models: the project's default first. */
    fun models(list: ModelList): List<Row> {
        val default = list.models.find(Model::default)?.let(::name).orEmpty()
        return aged(list.age) + Row(Texts["model.follow"], default, "default") +
            list.models.map { Row(name(it), about(it), "${it.owner}/${it.name}", it.current) }
    }

    private fun name(model: Model) = model.displayName.ifEmpty { model.name }

    private fun about(model: Model) = listOfNotNull(
        model.name.takeIf { it != name(model) },
        model.contextWindow?.let { Texts["model.context", thousands(it)] },
        Texts["model.vision"].takeIf { model.vision },
        Texts["model.reasoning"].takeIf { model.reasoning },
        Texts["model.default"].takeIf { model.default },
    ).joinToString(" · ")

    private fun thousands(count: Long) = when {
        count >= 1_000_000 -> "${count / 1_000_000}M"
        count >= 1000 -> "${count / 1000}K"
        else -> count.toString()
    }

    private fun aged(seconds: Long?): List<Row> {
        val minutes = (seconds ?: return emptyList()) / 60
        val age = if (minutes < 120) Texts["age.minutes", minutes] else Texts["age.hours", minutes / 60]
        return listOf(Row(age, "", null))
    }

    /** The rows of tokens. */
    fun tokens(tokens: List<Token>): List<Row> = tokens.map { token ->
        val about = listOfNotNull(
            life(token.state, token.daysLeft),
            Texts["token.ours"].takeIf { token.ours },
            Texts["token.inUse"].takeIf { token.inUse },
        )
        Row(token.name ?: Texts["token.nameless"], about.joinToString(" · "), token.uuid ?: token.name, token.inUse)
    }

    /** The row of a token that lies about; `server` is for one that has none beside it. */
    fun found(token: FoundToken, server: String?): Row {
        val place = token.places.firstOrNull()
        val where = place?.variable ?: listOfNotNull(place?.key, place?.file).joinToString(" · ")
        val about = listOfNotNull(token.server ?: server ?: Texts["found.noServer"], life(token.state, token.daysLeft))
        val more = token.places.size - 1
        val label = if (more > 0) Texts["found.more", where, more] else where
        return Row(label, about.joinToString(" · "), token.id.takeIf { token.server != null || server != null })
    }

    /** The project in effect. */
    fun project(selection: Selection): String =
        selection.project?.let { it.name ?: Texts["project.number", it.value] } ?: Texts["project.none"]

    /** The model in effect. */
    fun model(selection: Selection): String =
        selection.model?.let { it.name ?: it.value.substringAfter('/') } ?: Texts["model.ofProject"]

    /** Everything about how things stand, line by line. */
    fun status(status: Status): String {
        val lines = details(status).map { (name, value) -> "$name: $value" }.toMutableList()
        for (target in status.targets) {
            lines += "${Texts["target." + target.state.name]}: ${target.target.path}"
        }
        status.problems.forEach { lines += HelperException(it.code, it.message, it.hint.orEmpty()).text }
        lines += status.notes
        return lines.joinToString("\n", transform = ::visible)
    }

    /** Whose keychain it is: in remote development that of the host, where the IDE itself runs. */
    private val whose: String by lazy {
        val host = System.getenv("HOSTNAME") ?: System.getenv("COMPUTERNAME") ?: try {
            Files.readString(Path.of("/proc/sys/kernel/hostname")).trim()
        } catch (_: IOException) {
            ""
        }
        listOf(System.getProperty("user.name").orEmpty(), host).filter(String::isNotEmpty).joinToString("@")
    }

    /** The parts of a status, by name. */
    fun details(status: Status): List<Pair<String, String>> = listOf(
        Texts["detail.server"] to (status.selection.server?.value ?: Texts["detail.none"]),
        Texts["detail.account"] to (status.account?.let { it.name.ifEmpty { it.email } } ?: Texts["detail.signedOut"]),
        Texts["detail.project"] to project(status.selection),
        Texts["detail.model"] to model(status.selection),
        Texts["detail.token"] to (status.token?.let {
            Texts["detail.tokenLife", it.name ?: Texts["token.nameless"], life(it.state, it.daysLeft)]
        } ?: Texts["detail.none"]),
        Texts["detail.store"] to (status.token?.let { Texts["detail.storeOf", it.store, whose] } ?: Texts["detail.none"]),
    )

    /** What became of files. */
    fun outcome(targets: List<TargetReport>): String {
        fun said(state: TargetState, key: String) =
            targets.count { it.state == state }.takeIf { it > 0 }?.let { Texts[key, it] }
        val parts = listOfNotNull(
            said(TargetState.WRITTEN, "outcome.written"),
            said(TargetState.CONFLICT, "outcome.conflict"),
            said(TargetState.REFUSED, "outcome.refused"),
        )
        val notes = targets.mapNotNull { it.error?.message }
        return (listOf(if (parts.isEmpty()) Texts["outcome.inOrder"] else parts.joinToString(", ") + ".") + notes)
            .joinToString("\n")
    }

    /** What the doctor found. */
    fun report(report: DoctorReport): String = if (report.findings.isEmpty()) {
        Texts["doctor.healthy"]
    } else {
        report.findings.joinToString("\n\n") { finding ->
            val place = finding.place?.let { place -> place.file + (place.line?.let { ":$it" } ?: "") }
            val parts = listOfNotNull(
                "${Texts["severity." + finding.severity.name]}: ${finding.message}",
                place,
                finding.why,
                finding.fix?.title?.let { Texts["doctor.fix", it] },
            )
            parts.joinToString("\n", transform = ::visible)
        }
    }
}

/** What the status bar shows. */
data class Face(
    /** Beside the icon. */
    val text: String,
    /** The icon's name. */
    val icon: String,
    /** What a pointer that rests on it reads. */
    val tooltip: String,
    /** The action that is offered first; null: none. */
    val action: String?,
) {
    companion object {
        private val ACTIONS = mapOf(
            "elitea/auth/login" to "signIn",
            "elitea/selection/set" to "selectProject",
            "elitea/config/plan" to "apply",
            "elitea/config/apply" to "apply",
            "elitea/doctor/run" to "doctor",
            "elitea/token/rotate" to "tokens",
        )

        /** What is shown for a helper's state and what it told. */
        fun of(life: Life, trouble: HelperException?, standing: StatusChange?): Face {
            val name = Texts["widget.text"]
            if (life == Life.FAILED) return Face(name, "error", trouble?.text ?: Texts["widget.failed"], "restart")
            if (life == Life.STARTING) return Face(name, "busy", Texts["widget.starting"], null)
            if (standing == null) return Face(name, "idle", Texts["widget.idle"], null)
            val signedOut = standing.kind == StatusKind.SIGNED_OUT
            return Face(
                if (signedOut) Texts["widget.signedOut"] else name,
                standing.kind.name.lowercase().replace("_", ""),
                Texts["widget.tooltip", Words.visible(standing.message)],
                ACTIONS[standing.command?.method],
            )
        }
    }
}

/** Which changes people are told of unasked: once each, and only what wants them to act. */
class News {
    private var told: Pair<String, String>? = null

    /** The message for a new state; null: nothing to tell. */
    fun of(life: Life, trouble: HelperException?, standing: StatusChange?): Pair<Weight, String>? {
        val news = when {
            // One that never came up is told to who asked for it.
            life == Life.FAILED && trouble?.code == Helper.GAVE_UP -> "failed" to trouble.text
            standing?.kind == StatusKind.WARNING || standing?.kind == StatusKind.ERROR ->
                standing.kind.name to standing.message
            standing?.kind == StatusKind.OK || standing?.kind == StatusKind.SIGNED_OUT -> null
            // Neither good nor bad: what was told stays told.
            else -> return null
        }
        if (news == told) return null
        told = news
        val weight = if (standing?.kind == StatusKind.WARNING) Weight.WARNING else Weight.ERROR
        return news?.let { weight to it.second }
    }
}
