package ai.elitea.helper.flows

import ai.elitea.helper.client.Helper
import ai.elitea.helper.protocol.DoctorReport
import ai.elitea.helper.protocol.Finding
import ai.elitea.helper.protocol.Requests
import ai.elitea.helper.protocol.RunParams
import ai.elitea.helper.protocol.Severity
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap

/** What is wrong with open settings files, kept ready so that nobody waits for it. */
class Findings(private val helper: Helper, private val ready: () -> Unit) {
    private class Seen(val stamp: Long, @Volatile var worst: Finding?)

    private val seen = ConcurrentHashMap<Path, Seen>()

    /** The worst finding of a file that a repair could mend; null while it is not known. `stamp` grows with
     * every change of the file. Never waits. */
    fun of(file: Path, stamp: Long): Finding? {
        val known = seen[file]
        if (known != null && known.stamp == stamp) return known.worst
        val fresh = Seen(stamp, null)
        seen[file] = fresh
        val params = RunParams(paths = listOf(file.toString()))
        helper.ask(Requests.DOCTOR_RUN, params, DoctorReport::class.java).whenComplete { report, _ ->
            val worst = report?.findings?.firstOrNull { it.fix != null && it.severity != Severity.INFO }
            if (worst != null) {
                fresh.worst = worst
                ready()
            }
        }
        return null
    }

    /** Forgets everything, such as when the settings have changed. */
    fun clear() = seen.clear()

    companion object {
        private val NAMES = setOf("elitea.xml", "alita.xml")

        /** Whether a file is one that the helper writes. */
        fun concerns(name: String, folder: String?) = name in NAMES && folder == ".idea"
    }
}
