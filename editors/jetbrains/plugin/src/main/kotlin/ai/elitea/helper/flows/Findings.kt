package ai.elitea.helper.flows

import ai.elitea.helper.client.Helper
import ai.elitea.helper.client.Life
import ai.elitea.helper.protocol.DoctorReport
import ai.elitea.helper.protocol.Finding
import ai.elitea.helper.protocol.Requests
import ai.elitea.helper.protocol.RunParams
import ai.elitea.helper.protocol.Severity
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap

/** What is wrong with open settings files, kept ready so that nobody waits for it. */
class Findings(private val helper: Helper, private val ready: () -> Unit) {
    private class Seen(val stamp: Long, @Volatile var worst: Finding?) {
        @Volatile
        var isOld = false
    }

    private val seen = ConcurrentHashMap<Path, Seen>()

    /** The worst finding of a file that could be mended, as far as it is known. `stamp` grows with every change of
     * the file. Never waits; `ready` is called when it turns out to be another. */
    fun of(file: Path, stamp: Long): Finding? {
        val known = seen[file]
        if (known != null && known.stamp == stamp && !known.isOld) return known.worst
        // One that was given up, or is not there, is not started for a banner.
        if (helper.life == Life.FAILED) return known?.worst
        val fresh = Seen(stamp, known?.worst)
        seen[file] = fresh
        val params = RunParams(paths = listOf(file.toString()))
        helper.ask(Requests.DOCTOR_RUN, params, DoctorReport::class.java).whenComplete { report, _ ->
            if (report == null) return@whenComplete
            val worst = report.findings.firstOrNull { it.fix != null && it.severity != Severity.INFO }
            if (worst != fresh.worst) {
                fresh.worst = worst
                ready()
            }
        }
        return fresh.worst
    }

    /** Everything may be different now, such as when the settings have changed. */
    fun renew() = seen.values.forEach { it.isOld = true }

    companion object {
        private val NAMES = setOf("elitea.xml", "alita.xml")

        /** Whether a file is one that the helper writes. */
        fun concerns(name: String, folder: String?) = name in NAMES && folder == ".idea"
    }
}
