package ai.elitea.helper.flows

import java.nio.file.Path

/** A settings file of an open project, which the IDE may hold in memory: as text in an editor, and as
 * the values of a component. Asked off the UI thread. */
interface Held {
    /** The folder with the file. */
    val store: Path

    /** Writes unsaved text of it. */
    fun saveDocument()

    /** Reloads what changed on disk, then writes what changed in memory. */
    fun saveProject()

    /** Waits until what was saved is on the disk. */
    fun flush()

    /** Makes the file writable, asking the version control if need be; whether it is. */
    fun ensureWritable(): Boolean

    /** Looks at the file on the disk anew. */
    fun refresh()
}

/** A write beside an IDE that has its own mind of the file. */
object HeldWrite {
    private const val TRIES = 2

    /** What came of it. */
    class Outcome<T>(
        /** What was done. */
        val result: T,
        /** Whether the files hold it after the IDE has saved. */
        val holds: Boolean,
    )

    /** How a write is done and looked after. */
    interface Write<T, V> {
        /** Writes. `before` is what came of a first try that did not last. */
        fun write(before: T?): T

        /** How the files stand now. */
        fun look(written: T): V

        /** Whether the files still hold what was written: `first` is how they stood right after it. */
        fun holds(written: T, first: V, now: V): Boolean

        /** Whether what did not last can be done once more. */
        val repeatable: Boolean
    }

    /** Writes so that the IDE takes the change in and keeps it, and looks whether it did. Null where a file
     * cannot be made writable: nothing was written then. */
    fun <T, V> run(held: List<Held>, write: Write<T, V>): Outcome<T>? {
        held.forEach(Held::saveDocument)
        var outcome: Outcome<T>? = null
        repeat(TRIES) {
            held.forEach(Held::saveProject)
            held.forEach(Held::flush)
            if (!held.all(Held::ensureWritable)) return outcome
            val (result, first) = try {
                write.write(outcome?.result).let { it to write.look(it) }
            } finally {
                held.forEach(Held::refresh)
            }
            held.forEach(Held::saveProject)
            held.forEach(Held::flush)
            val holds = write.holds(result, first, write.look(result))
            if (holds) return Outcome(result, true)
            outcome = Outcome(result, false)
            if (!write.repeatable) return outcome
        }
        return outcome
    }
}
