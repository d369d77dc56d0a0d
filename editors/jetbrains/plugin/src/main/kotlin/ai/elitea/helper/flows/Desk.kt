package ai.elitea.helper.flows

import ai.elitea.helper.client.Helper
import ai.elitea.helper.client.Progress
import java.nio.file.Path
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor

/** Something that people can do by a click in a message. */
class Offer(
    /** In the imperative. */
    val title: String,
    /** Done on the UI thread. */
    val act: () -> Unit,
)

/** How much a message matters. */
enum class Weight { INFO, WARNING, ERROR }

/** One line to choose. */
data class Row(
    /** What people read first. */
    val label: String,
    /** What sets it apart. */
    val detail: String,
    /** What is meant by it; null: it cannot be chosen, and says why. */
    val value: String?,
    /** Whether it is the one in effect. */
    val current: Boolean = false,
)

/** What a sign-in dialog was filled in with. */
class Credentials(
    /** The server; null: the one that is selected. */
    val server: String?,
    /** The token. Whoever uses it overwrites it. */
    val token: CharArray,
) {
    override fun toString() = "Credentials(***)"
}

/** Work in the background: waits for the helper, and calls the request off when a person cancels. */
interface Job {
    /** The answer. Fails with what the helper refused it for. */
    fun <T : Any> await(asked: Helper.Asked<T>): T

    /** Tells what goes on. */
    fun say(progress: Progress)

    /** Does something that is not broken off between its steps when a person cancels. What is asked of the
     * helper meanwhile is called off all the same. */
    fun <T> whole(work: () -> T): T
}

/** What the flows ask of the IDE, for one open project or for none. */
interface Desk {
    /** The folder that the IDE keeps the project's settings in; null: no project, or one that has none. */
    val store: Path?

    /** Whether the user trusts the project. */
    val trusted: Boolean

    /** The folders of settings of open projects that the user does not trust. */
    val untrusted: List<Path>

    /** Runs things on the UI thread. */
    val ui: Executor

    /** Runs `work` in the background, shown with its title. */
    fun <T> background(title: String, work: Job.() -> T): CompletableFuture<T>

    /** The files of open projects that the IDE may hold in memory: of this project, or of all. */
    fun held(all: Boolean): List<Held>

    /** Writes what the IDE has in memory of its own settings, such as the list of recent projects. */
    fun saveIdeSettings()

    /** Shows a message. Its text is plain: it is escaped where it must be. */
    fun tell(weight: Weight, text: String, offers: List<Offer> = emptyList())

    /** Lets people choose a row. On the UI thread. */
    fun choose(title: String, rows: List<Row>, chosen: (String) -> Unit)

    /** Asks for a token; null: cancelled. `openPage` shows where one is made. On the UI thread. */
    fun askToken(server: String?, openPage: (String) -> Unit): Credentials?

    /** Asks for a decision. On the UI thread. */
    fun confirm(title: String, text: String, ok: String): Boolean

    /** Shows two texts beside each other, and asks whether to go on. On the UI thread. */
    fun preview(title: String, sides: Sides, ok: String): Boolean

    /** Shows a text to read and copy. On the UI thread. */
    fun show(title: String, text: String)

    /** Asks where to write a new file; null: cancelled. On the UI thread. */
    fun saveTo(name: String): Path?

    /** Shows a page in the browser. */
    fun browse(uri: String)

    /** Shows the IDE's log. */
    fun showLog()
}

/** Both sides of unified diffs, as far as they show them. */
data class Sides(
    /** Before. */
    val before: String,
    /** After. */
    val after: String,
) {
    companion object {
        /** The sides of some files, each under its name. */
        fun of(diffs: List<Pair<String, String>>): Sides {
            val before = StringBuilder()
            val after = StringBuilder()
            for ((name, diff) in diffs) {
                if (diffs.size > 1) listOf(before, after).forEach { it.append("// ").append(name).append('\n') }
                var inHunk = false
                for (line in diff.lineSequence()) {
                    val rest = line.drop(1) + "\n"
                    when {
                        line.startsWith("@@") -> inHunk = true
                        !inHunk || line.startsWith("\\") -> {}
                        line.startsWith("-") -> before.append(rest)
                        line.startsWith("+") -> after.append(rest)
                        line.startsWith(" ") -> {
                            before.append(rest)
                            after.append(rest)
                        }
                    }
                }
            }
            return Sides(before.toString(), after.toString())
        }
    }
}
