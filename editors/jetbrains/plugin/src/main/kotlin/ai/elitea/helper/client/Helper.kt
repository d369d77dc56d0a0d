package ai.elitea.helper.client

import ai.elitea.helper.Texts
import ai.elitea.helper.protocol.ClientHello
import ai.elitea.helper.protocol.Notifications
import ai.elitea.helper.protocol.StatusChange
import com.google.gson.Gson
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParseException
import com.google.gson.JsonPrimitive
import java.nio.file.Path
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Executor
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicLong

/** How the helper itself is. */
enum class Life { STOPPED, STARTING, RUNNING, FAILED }

/** What the helper's keeper must know of the IDE. Asked off the UI thread. */
interface Surroundings {
    /** Where a helper is looked for. */
    fun places(): Places

    /** The environment of the login shell. */
    fun environment(): Map<String, String>

    /** Who we are, and how the network is reached. */
    fun hello(): ClientHello

    /** The folder it runs in: never a project's. */
    fun folder(): Path

    /** Shows a page in the browser; whether that went. */
    fun browse(uri: String): Boolean

    /** Keeps a line for the log. */
    fun log(line: String)
}

/** How far a request is. */
data class Progress(
    /** What goes on. */
    val words: String,
    /** From 0 to 1; null: it cannot be told. */
    val fraction: Double?,
)

/** Told of changes, on whatever thread they happen. */
fun interface Watcher {
    /** The helper's own state or the status it told has changed. */
    fun changed()
}

/** Keeps one helper: starts it when it is first needed, again when it died, and ends it. */
class Helper(
    private val around: Surroundings,
    private val work: Executor,
    private val backoff: Backoff = Backoff(),
) : AutoCloseable {
    private val gson = Gson()
    private val tokens = AtomicLong()
    private val watchers = CopyOnWriteArrayList<Watcher>()
    private val progress = ConcurrentHashMap<String, (Progress) -> Unit>()
    // Processes that have not come up yet, by their round.
    private val young = ConcurrentHashMap<Int, Process>()
    private val lock = Any()
    private var link: CompletableFuture<Link>? = null
    private var round = 0
    private var closed = false

    /** How it is. */
    @Volatile
    var life = Life.STOPPED
        private set

    /** Why it failed, where it has. */
    @Volatile
    var trouble: HelperException? = null
        private set

    /** What it told last of how things stand. */
    @Volatile
    var standing: StatusChange? = null
        private set

    /** Adds one who is told of changes; `close` of the result takes him off. */
    fun watch(watcher: Watcher): AutoCloseable {
        watchers += watcher
        return AutoCloseable { watchers -= watcher }
    }

    /** A request under way: cancelling it asks the helper to stop, and then waits for its answer. */
    class Asked<T> internal constructor() : CompletableFuture<T>() {
        @Volatile
        private var call: Link.Call? = null

        @Volatile
        private var calledOff = false

        internal fun runsAs(call: Link.Call) {
            this.call = call
            if (calledOff) call.callOff()
        }

        /** Calls it off. The answer is what the helper did, or a failure with [Link.CALLED_OFF]; a helper that
         * does not answer within `millis` is not waited for. */
        fun callOff(work: Executor, millis: Long = 2000) {
            if (calledOff) return
            calledOff = true
            // Writing to a helper that does not read would block.
            work.execute { call?.callOff() }
            val failure = HelperException(Link.CALLED_OFF, Texts["helper.cancelled"])
            delayed(millis) { completeExceptionally(failure) }
        }
    }

    /** Asks the helper, starting it first if need be. Returns at once. `told` hears of progress. */
    fun <T : Any> ask(method: String, params: Any?, result: Class<T>, told: (Progress) -> Unit = {}): Asked<T> {
        val asked = Asked<T>()
        val token = "ide/${tokens.incrementAndGet()}"
        progress[token] = told
        asked.whenComplete { _, _ -> progress.remove(token) }
        linked().whenCompleteAsync({ link, failed ->
            if (failed != null) {
                asked.completeExceptionally(failed.cause as? HelperException ?: failed)
                return@whenCompleteAsync
            }
            try {
                val tree = (params?.let(gson::toJsonTree) as? JsonObject ?: JsonObject())
                tree.addProperty("workDoneToken", token)
                val call = link.request(method, tree)
                asked.runsAs(call)
                call.answer.whenComplete { answer, refused ->
                    if (refused != null) asked.completeExceptionally(refused)
                    else complete(asked, answer, result)
                }
            } catch (unsent: RuntimeException) {
                // Whoever asked waits for an answer.
                asked.completeExceptionally(unsent)
            }
        }, work)
        return asked
    }

    private fun <T : Any> complete(asked: Asked<T>, answer: JsonElement, result: Class<T>) = try {
        asked.complete(gson.fromJson(answer, result))
    } catch (failed: JsonParseException) {
        val words = Texts["helper.answer"]
        asked.completeExceptionally(HelperException("E_PROTOCOL_MISMATCH", words, Texts["program.update.hint"], failed))
    }

    private fun linked(): CompletableFuture<Link> = synchronized(lock) {
        if (closed) {
            return CompletableFuture.failedFuture(HelperException(Link.ENDED, Texts["helper.ended"]))
        }
        link ?: CompletableFuture<Link>().also { started ->
            link = started
            val mine = ++round
            work.execute { start(started, mine) }
        }
    }

    private fun start(started: CompletableFuture<Link>, mine: Int) {
        try {
            if (late(mine)) throw HelperException(Link.ENDED, Texts["helper.ended"])
            become(Life.STARTING, null)
            val environment = around.environment()
            val program = around.places().find()
            val version = checkVersion(program, environment, born = { born(mine, it) })
            around.log("$program is elitea-helper ${version.version}")
            val opened = Link.open(program, environment, around.folder(), around.hello(), Ears(mine), born = { born(mine, it) })
            young.remove(mine)
            if (late(mine)) {
                opened.close()
                throw HelperException(Link.ENDED, Texts["helper.ended"])
            }
            become(Life.RUNNING, null)
            started.complete(opened)
            // It may have ended before it counted as running.
            if (!opened.isAlive) died(mine)
        } catch (failed: Throwable) {
            // Whoever asked waits for an answer, also where a class of the IDE is missing.
            val trouble = failed as? HelperException
                ?: HelperException("E_INTERNAL", failed.message ?: failed.toString(), cause = failed)
            val current = synchronized(lock) { (mine == round && !closed).also { if (it) link = null } }
            if (current) become(Life.FAILED, trouble)
            started.completeExceptionally(trouble)
        } finally {
            young.remove(mine)
        }
    }

    /** A process that was started too late is not waited for. */
    private fun born(mine: Int, process: Process) {
        young[mine] = process
        if (late(mine)) process.destroyForcibly()
    }

    private fun late(mine: Int) = synchronized(lock) { closed || mine != round }

    private fun become(life: Life, trouble: HelperException?) {
        this.life = life
        this.trouble = trouble
        if (life != Life.RUNNING) standing = null
        watchers.forEach(Watcher::changed)
    }

    private fun died(mine: Int) {
        val pause = synchronized(lock) {
            // One that never came up is told to who asked for it, and is not tried again unasked.
            if (closed || mine != round || life != Life.RUNNING) return
            link = null
            backoff.died(System.currentTimeMillis())
        }
        around.log("elitea-helper has ended; next start in ${pause ?: "no"} ms")
        if (pause == null) {
            become(Life.FAILED, HelperException(GAVE_UP, Texts["helper.gaveUp"], Texts["helper.gaveUp.hint"]))
            return
        }
        become(Life.STOPPED, null)
        delayed(pause) { if (synchronized(lock) { mine == round && !closed }) linked() }
    }

    /** Ends it and starts it anew. */
    fun restart(): CompletableFuture<*> {
        val started = CompletableFuture<Link>()
        val mine: Int
        val old = synchronized(lock) {
            if (closed) return linked()
            backoff.forget()
            mine = ++round
            // Whoever asks from now on waits for the new one: there are never two.
            link.also { link = started }
        }
        young.values.forEach(Process::destroyForcibly)
        work.execute {
            end(old)
            start(started, mine)
        }
        return started
    }

    private fun end(link: CompletableFuture<Link>?) {
        if (link != null && link.isDone && !link.isCompletedExceptionally) link.join().close()
    }

    /** Ends it, within a second. */
    override fun close() {
        val old = synchronized(lock) {
            closed = true
            round++
            link.also { link = null }
        }
        young.values.forEach(Process::destroyForcibly)
        end(old)
        life = Life.STOPPED
        watchers.clear()
    }

    private inner class Ears(private val mine: Int) : Listener {
        override fun told(method: String, params: JsonElement) {
            when (method) {
                Notifications.STATUS_DID_CHANGE -> {
                    val change = gson.fromJson(params, StatusChange::class.java)
                    // Gson leaves null for a word that this plugin does not know.
                    @Suppress("SENSELESS_COMPARISON")
                    if (change.kind == null || synchronized(lock) { mine != round }) return
                    standing = change
                    watchers.forEach(Watcher::changed)
                }
                "\$/progress" -> {
                    val value = params.at("value")
                    val words = value.field("message") ?: value.field("title") ?: return
                    val part = (value.at("percentage") as? JsonPrimitive)?.takeIf { it.isNumber }?.asDouble
                    progress[params.field("token") ?: return]?.invoke(Progress(words, part?.div(100)))
                }
                "window/showMessage", "window/logMessage" -> around.log(params.field("message").orEmpty())
            }
        }

        override fun show(uri: String) = around.browse(uri)

        override fun logged(line: String) = around.log(line)

        override fun ended() = died(mine)
    }

    companion object {
        /** It ended again and again, and is not started any more. */
        const val GAVE_UP = "E_PLUGIN_GAVE_UP"

        private fun delayed(millis: Long, act: () -> Unit) {
            CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(act)
        }
    }
}
