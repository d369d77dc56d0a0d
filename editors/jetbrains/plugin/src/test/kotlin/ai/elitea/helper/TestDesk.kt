package ai.elitea.helper

import ai.elitea.helper.client.Helper
import ai.elitea.helper.client.Progress
import ai.elitea.helper.flows.Credentials
import ai.elitea.helper.flows.Desk
import ai.elitea.helper.flows.Held
import ai.elitea.helper.flows.Job
import ai.elitea.helper.flows.Offer
import ai.elitea.helper.flows.Row
import ai.elitea.helper.flows.Sides
import ai.elitea.helper.flows.Weight
import java.nio.file.Path
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

/** A desk without an IDE: it agrees to everything, and keeps what it is told. */
class TestDesk(override val store: Path?, private val held: List<Held>, private val work: Executor) : Desk, AutoCloseable {
    private val thread = Executors.newSingleThreadExecutor()
    override val ui: Executor = thread
    override val trusted = true
    override val untrusted = CopyOnWriteArrayList<Path>()
    val told = CopyOnWriteArrayList<Pair<String, Weight>>()
    val offers = CopyOnWriteArrayList<Offer>()
    val progress = CopyOnWriteArrayList<String>()
    @Volatile
    var onPreview: () -> Boolean = { true }
    @Volatile
    var onChoose: (List<Row>) -> Int? = { null }

    override fun <T> background(title: String, work: Job.() -> T): CompletableFuture<T> = CompletableFuture.supplyAsync({
        object : Job {
            override fun <R : Any> await(asked: Helper.Asked<R>): R = try {
                asked.get(60, TimeUnit.SECONDS)
            } catch (failed: ExecutionException) {
                throw failed.cause!!
            }

            override fun say(progress: Progress) {
                this@TestDesk.progress += progress.words
            }

            override fun <R> whole(work: () -> R) = work()
        }.work()
    }, this.work)

    override fun held(all: Boolean) = held
    override fun saveIdeSettings() = Unit
    override fun tell(weight: Weight, text: String, offers: List<Offer>) {
        told += text to weight
        this.offers += offers
    }

    override fun choose(title: String, rows: List<Row>, chosen: (String) -> Unit) {
        onChoose(rows)?.let { rows[it].value }?.let(chosen)
    }

    override fun askToken(server: String?, openPage: (String) -> Unit): Credentials? = null
    override fun confirm(title: String, text: String, ok: String) = true
    override fun preview(title: String, sides: Sides, ok: String) = onPreview()
    override fun show(title: String, text: String) = Unit
    override fun saveTo(name: String): Path? = null
    override fun browse(uri: String) = Unit
    override fun showLog() = Unit

    override fun close() {
        thread.shutdown()
    }
}
