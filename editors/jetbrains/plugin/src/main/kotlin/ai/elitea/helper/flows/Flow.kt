package ai.elitea.helper.flows

import ai.elitea.helper.Texts
import ai.elitea.helper.client.Helper
import ai.elitea.helper.client.HelperException
import ai.elitea.helper.client.Link
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException

/** What all flows have in common: steps in the background, steps on the UI thread, and an end that is told. */
abstract class Flow(
    /** Whom they ask. */
    protected val helper: Helper,
    /** Where they show it. */
    protected val desk: Desk,
) {
    /** The answer to a request; its progress is shown. */
    protected fun <T : Any> Job.ask(method: String, params: Any, result: Class<T>): T =
        await(helper.ask(method, params, result, ::say))

    /** A step in the background, under the title with this key. */
    protected fun <T> step(key: String, work: Job.() -> T): CompletableFuture<T> = desk.background(Texts[key], work)

    /** A step on the UI thread. */
    protected fun <T> onUi(work: () -> T): CompletableFuture<T> = CompletableFuture.supplyAsync(work, desk.ui)

    /** Nothing is left to do. */
    protected fun done(): CompletableFuture<*> = CompletableFuture.completedFuture(Unit)

    /** The good end of a flow. */
    protected fun told(text: String, notes: List<String>, offers: List<Offer> = emptyList()) =
        desk.tell(Weight.INFO, (listOf(text) + notes).joinToString("\n"), offers)

    /** A whole flow. Nothing is thrown out of it: people are told instead. */
    protected fun flow(work: () -> CompletableFuture<*>): CompletableFuture<*> = work().handleAsync({ _, failed ->
        val cause = if (failed is CompletionException) failed.cause ?: failed else failed
        when {
            cause == null || cause is CancellationException -> {}
            cause is HelperException && cause.code == Link.CALLED_OFF -> {}
            else -> desk.tell(Weight.ERROR, Words.failure(cause), remedies(cause))
        }
    }, desk.ui)

    /** The way to the doctor. */
    protected fun doctorOffer() = Offer(Texts["offer.doctor"]) { Flows(helper, desk).doctor() }

    private fun remedies(failed: Throwable): List<Offer> {
        val flows = Flows(helper, desk)
        return when ((failed as? HelperException)?.code) {
            "E_TOKEN_MISSING", "E_TOKEN_EXPIRED", "E_TOKEN_REJECTED" ->
                listOf(Offer(Texts["offer.signIn"]) { flows.signIn() })
            "E_CHOICE_NEEDED" -> listOf(Offer(Texts["offer.project"]) { flows.selectProject() })
            Link.ENDED, Helper.GAVE_UP ->
                listOf(Offer(Texts["offer.restart"]) { flows.restart() }, Offer(Texts["offer.log"]) { desk.showLog() })
            else -> listOf(doctorOffer())
        }
    }
}
