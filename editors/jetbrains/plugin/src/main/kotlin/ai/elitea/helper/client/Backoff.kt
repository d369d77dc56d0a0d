package ai.elitea.helper.client

/** After how long a helper that died is started again, and when no more. */
class Backoff(private val within: Long = 180_000, private val most: Int = 5, private val first: Long = 500) {
    private val deaths = ArrayDeque<Long>()

    /** It died at `now` (milliseconds): the pause before the next start; null: it is not started again. */
    fun died(now: Long): Long? {
        deaths.removeAll { now - it >= within }
        deaths += now
        return if (deaths.size < most) first shl (deaths.size - 1) else null
    }

    /** A person asked for a new start. */
    fun forget() = deaths.clear()
}
