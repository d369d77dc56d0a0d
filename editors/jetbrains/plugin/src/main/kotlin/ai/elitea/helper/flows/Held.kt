package ai.elitea.helper.flows

import java.nio.file.Path

/** A settings file of an open project, which the IDE may hold in memory: as text in an editor, and as
 * the values of a component. */
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

    /** Lets `write` change the files so that the IDE takes the change in and keeps it, and asks `holds` whether
     * it did. Null where a file cannot be made writable: nothing was written then. */
    fun <T> run(held: List<Held>, write: () -> T, holds: (T) -> Boolean): Outcome<T>? {
        held.forEach(Held::saveDocument)
        var outcome: Outcome<T>? = null
        repeat(TRIES) {
            held.forEach(Held::saveProject)
            held.forEach(Held::flush)
            if (!held.all(Held::ensureWritable)) return outcome
            val result = try {
                write()
            } finally {
                held.forEach(Held::refresh)
            }
            held.forEach(Held::saveProject)
            held.forEach(Held::flush)
            outcome = Outcome(result, holds(result))
            if (outcome!!.holds) return outcome
        }
        return outcome
    }
}
