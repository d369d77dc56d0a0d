package ai.elitea.helper.flows

import ai.elitea.helper.Texts
import ai.elitea.helper.client.Helper
import ai.elitea.helper.client.HelperException
import ai.elitea.helper.protocol.Applied
import ai.elitea.helper.protocol.ApplyParams
import ai.elitea.helper.protocol.Finding
import ai.elitea.helper.protocol.History
import ai.elitea.helper.protocol.HistoryEntry
import ai.elitea.helper.protocol.NoParams
import ai.elitea.helper.protocol.Plan
import ai.elitea.helper.protocol.RepairChoice
import ai.elitea.helper.protocol.RepairParams
import ai.elitea.helper.protocol.Repaired
import ai.elitea.helper.protocol.Requests
import ai.elitea.helper.protocol.ResolveParams
import ai.elitea.helper.protocol.Settle
import ai.elitea.helper.protocol.TargetParams
import ai.elitea.helper.protocol.TargetReport
import ai.elitea.helper.protocol.TargetState
import ai.elitea.helper.protocol.UndoParams
import java.nio.file.Path
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/** The flows that write into settings files of projects: each past the IDE, which may hold them. */
internal class Writes(helper: Helper, desk: Desk) : Flow(helper, desk) {
    /** Shows what would change in this project's file, and writes it. */
    fun apply() = flow { ofProject { folder -> applied(here(folder), all = false) } }

    /** The same for every project that the IDEs list as recent. */
    fun applyToRecent() = flow { applied(TargetParams(recent = true), all = true) }

    private fun here(folder: Path) =
        TargetParams(ides = listOf(ANY_JETBRAINS), scopes = listOf("workspace"), workspace = folder.toString())

    private fun applied(targets: TargetParams, all: Boolean): CompletableFuture<*> {
        val untrusted = if (all) desk.untrusted else emptyList()
        return step("job.plan") {
            if (all) desk.saveIdeSettings()
            // What the IDE has not saved yet belongs into the preview, too.
            val held = desk.held(all)
            held.forEach(Held::saveDocument)
            held.forEach(Held::saveProject)
            held.forEach(Held::flush)
            val plan = ask(Requests.CONFIG_PLAN, targets, Plan::class.java)
            val (left, rest) = plan.targets.partition { lies(it.target.path, untrusted) }
            when {
                left.isEmpty() -> targets to plan
                rest.isEmpty() -> throw HelperException(UNTRUSTED, Texts["told.allUntrusted"])
                else -> {
                    val trusted = TargetParams(paths = rest.map { it.target.path })
                    trusted to ask(Requests.CONFIG_PLAN, trusted, Plan::class.java)
                }
            }
        }.thenApplyAsync({ (meant, plan) -> meant.takeIf { agreed(plan) }?.let { it to plan } }, desk.ui)
            .thenCompose { agreed -> if (agreed == null) done() else carryOut(agreed.first, agreed.second, all) }
    }

    private fun carryOut(targets: TargetParams, plan: Plan, all: Boolean): CompletableFuture<*> =
        write("job.apply", plan.targets.map { it.target.path }) {
            Applying(this, targets, plan)
        }.handle { applied, failed ->
            val cause = if (failed is CompletionException) failed.cause else failed
            when {
                failed == null -> onUi { told(applied) }
                cause is HelperException && cause.code == "E_PLAN_STALE" ->
                    onUi { desk.tell(Weight.WARNING, Texts["told.stale"]) }.thenCompose { applied(targets, all) }
                else -> CompletableFuture.failedFuture(failed)
            }
        }.thenCompose { it }

    private inner class Applying(private val job: Job, private val targets: TargetParams, private val plan: Plan) :
        Change(job, ::takeBack, { first -> apply(targets, plan.id.takeIf { first }) }) {
        private val paths = plan.targets.map { it.target.path }
        private var old: Values? = null

        // What was agreed to and nothing else; a second try is for the same values.
        override fun write(before: Applied?): Applied {
            if (before == null) old = Values.whole(paths)
            val applied = super.write(before)
            val overwritten = if (before == null) emptyList() else putBack(old ?: return applied)
            if (overwritten.isEmpty()) return applied
            // To the helper they are the user's now.
            val (files, keys) = overwritten.unzip()
            val params = ResolveParams(keys.distinct(), Settle.TAKE, paths = files.distinct())
            return job.ask(Requests.CONFIG_RESOLVE, params, Applied::class.java)
        }
    }

    private fun Job.apply(targets: TargetParams, plan: String? = null): Applied {
        val params = ApplyParams(plan, targets.ides, targets.scopes, targets.workspace, targets.recent, targets.paths)
        return ask(Requests.CONFIG_APPLY, params, Applied::class.java)
    }

    private fun told(applied: Applied) {
        val wrote = applied.targets.any { it.state == TargetState.WRITTEN }
        val notes = listOfNotNull(Texts["told.typeToken"].takeIf { wrote }) + applied.notes
        told(Words.outcome(applied.targets), notes, undoable(applied.history) + settling(applied.targets))
    }

    private fun agreed(plan: Plan): Boolean {
        val changes = plan.targets.filter { it.state == TargetState.PENDING || it.diff.isNotEmpty() }
        if (changes.isEmpty()) {
            val weight = if (plan.targets.any { it.error != null }) Weight.ERROR else Weight.INFO
            val text = (listOf(Words.outcome(plan.targets)) + plan.notes).joinToString("\n")
            desk.tell(weight, text, settling(plan.targets))
            return false
        }
        val sides = Sides.of(changes.map { it.target.path to it.diff })
        return desk.preview(Texts["preview.apply", changes.size], sides, Texts["preview.ok"])
    }

    /** The way to settle values that differ: one decision for all of them, since the preview shows each. */
    private fun settling(targets: List<TargetReport>): List<Offer> {
        val open = targets.filter { it.state == TargetState.CONFLICT }
        val keys = open.flatMap { target -> target.keys.filter { it.outcome == "conflict" } }
        if (keys.isEmpty()) return emptyList()
        val rows = listOf(Settle.KEEP to "settle.keep", Settle.TAKE to "settle.take").map { (choice, key) ->
            Row(Texts[key], keys.joinToString(", ") { it.key.substringAfterLast('/') }, choice.name)
        }
        return listOf(Offer(Texts["offer.settle"]) {
            desk.choose(Texts["choose.settle"], rows) { settle(open, keys.map { it.key }.distinct(), Settle.valueOf(it)) }
        })
    }

    private fun settle(open: List<TargetReport>, keys: List<String>, choice: Settle) = flow {
        val paths = open.map { it.target.path }
        changed("job.settle", paths) {
            ask(Requests.CONFIG_RESOLVE, ResolveParams(keys, choice, paths = paths), Applied::class.java)
        }.thenAcceptAsync({ told(Words.outcome(it.targets), it.notes, undoable(it.history)) }, desk.ui)
    }

    /** Takes the last change back. */
    fun undo() = flow {
        step("job.history") { ask(Requests.CONFIG_HISTORY, NoParams(), History::class.java) }
            .thenApplyAsync({ history ->
                val last = history.entries.firstOrNull { it.undone == null && it.verb != "undo" }
                if (last == null) desk.tell(Weight.INFO, Texts["told.noHistory"])
                last?.takeIf {
                    val files = it.files.joinToString("\n")
                    desk.confirm(Texts["ask.undo.title"], Texts["ask.undo.text", it.verb, it.time, files], Texts["ask.undo.ok"])
                }
            }, desk.ui)
            .thenCompose { if (it == null) done() else undo(it) }
    }

    private fun undo(entry: HistoryEntry): CompletableFuture<*> {
        if (entry.files.any { lies(it, desk.untrusted) }) return onUi { desk.tell(Weight.WARNING, Texts["told.untrusted"]) }
        return changed("job.undo", entry.files) { ask(Requests.CONFIG_UNDO, UndoParams(entry.id), Applied::class.java) }
            .thenAcceptAsync({ told(Words.outcome(it.targets), it.notes) }, desk.ui)
    }

    /** The offer to take back what has just been done. */
    private fun undoable(history: String?) = listOfNotNull(history?.let { id ->
        Offer(Texts["offer.undo"]) {
            flow {
                step("job.history") { ask(Requests.CONFIG_HISTORY, NoParams(), History::class.java) }
                    .thenCompose { all -> all.entries.find { it.id == id }?.let(::undo) ?: done() }
            }
        }
    })

    /** Takes our keys out of this project's file. */
    fun remove() = flow {
        ofProject { folder ->
            onUi { desk.confirm(Texts["ask.remove.title"], Texts["ask.remove.text"], Texts["ask.remove.ok"]) }
                .thenCompose { yes ->
                    if (!yes) done()
                    else write("job.remove", listOfNotNull(desk.store).flatMap(::files)) {
                        // Only once: what the IDE puts back is the user's to the helper, and stays.
                        Change(this, null) { ask(Requests.CONFIG_REMOVE, here(folder), Applied::class.java) }
                    }.thenAcceptAsync({ told(Words.outcome(it.targets), it.notes, undoable(it.history)) }, desk.ui)
                }
        }
    }

    private fun changed(title: String, paths: List<String>, change: Job.() -> Applied): CompletableFuture<Applied> =
        write(title, paths) { Change(this, ::takeBack) { change() } }

    private fun takeBack(job: Job, before: Applied) {
        before.history?.let { job.ask(Requests.CONFIG_UNDO, UndoParams(it), Applied::class.java) }
    }

    /** A change of single keys. What did not last is done again after `prepare`, since the helper takes what an
     * IDE left out for its defaults; without it, it is not. `change` is told whether it is the first try. */
    private open inner class Change(
        private val job: Job,
        private val prepare: ((Job, Applied) -> Unit)?,
        private val change: Job.(Boolean) -> Applied,
    ) : HeldWrite.Write<Applied, Values> {
        private var wanted: Pair<List<TargetReport>, Values>? = null
        override val repeatable = prepare != null

        override fun write(before: Applied?): Applied {
            before?.let { prepare?.invoke(job, it) }
            return job.change(before == null)
        }

        override fun look(written: Applied): Values {
            val reports = wanted?.first ?: written.targets
            return Values.of(reports).also { if (wanted == null) wanted = reports to it }
        }

        /** The keys that the IDE has put back to what they were. */
        protected fun putBack(old: Values) = wanted?.let { (reports, values) -> values.putBack(old, Values.of(reports)) }.orEmpty()

        override fun holds(written: Applied, first: Values, now: Values) = wanted?.second?.lastIn(now) ?: true
    }

    /** Mends a file, showing first what would change. Where there are several ways, people choose one. */
    fun repair(file: Path) = flow { ofProject { repair(RepairParams(check = true, paths = listOf(file.toString()))) } }

    private fun repair(params: RepairParams): CompletableFuture<*> =
        step("job.repair") { ask(Requests.DOCTOR_REPAIR, params, Repaired::class.java) }
            .thenApplyAsync({ repaired -> wanted(repaired, params) }, desk.ui)
            .thenCompose { yes ->
                if (!yes) done()
                else write("job.repair", params.paths.orEmpty()) { Mending(this, params) }
                    .thenAcceptAsync({ mended ->
                        told(Words.outcome(mended.files.map { it.report }), emptyList(), undoable(mended.history))
                    }, desk.ui)
            }

    private inner class Mending(private val job: Job, private val params: RepairParams) :
        HeldWrite.Write<Repaired, Repaired> {
        override fun write(before: Repaired?) =
            job.ask(Requests.DOCTOR_REPAIR, params.copy(check = null), Repaired::class.java)

        override val repeatable = true

        override fun look(written: Repaired) = job.ask(Requests.DOCTOR_REPAIR, params, Repaired::class.java)

        override fun holds(written: Repaired, first: Repaired, now: Repaired) =
            now.files.all { it.report.diff.isEmpty() }
    }

    private fun wanted(repaired: Repaired, params: RepairParams): Boolean {
        val changes = repaired.files.map { it.report }.filter { it.diff.isNotEmpty() }
        val left = repaired.files.flatMap { it.left }
        val open = left.firstOrNull { it.fix?.ways.orEmpty().isNotEmpty() }
        when {
            changes.isNotEmpty() -> return desk.preview(
                Texts["preview.repair"],
                Sides.of(changes.map { it.target.path to it.diff }),
                Texts["preview.repair.ok"],
            )
            // Each answer is asked for once.
            open != null && params.choices.orEmpty().size < MOST_CHOICES -> choose(open, params)
            else -> {
                val advice = left.mapNotNull { finding -> finding.fix?.title?.let { Texts["doctor.fix", it] } }.distinct()
                val text = (listOf(Texts["told.notMended"]) + advice).joinToString("\n")
                desk.tell(Weight.WARNING, text, listOf(Offer(Texts["offer.apply"]) { apply() }, doctorOffer()))
            }
        }
        return false
    }

    private fun choose(finding: Finding, params: RepairParams) {
        val place = finding.place ?: return
        val rows = finding.fix?.ways.orEmpty().mapIndexed { index, way -> Row(way, "", index.toString()) }
        desk.choose(Words.visible(finding.message), rows) { way ->
            val choice = RepairChoice(finding.rule, place.file, place.line, way.toLong())
            flow { repair(params.copy(choices = params.choices.orEmpty() + choice)) }
        }
    }

    private fun ofProject(work: (Path) -> CompletableFuture<*>): CompletableFuture<*> {
        val store = desk.store
        return when {
            store == null || store.fileName?.toString() != ".idea" || store.parent == null ->
                onUi { desk.tell(Weight.WARNING, Texts["told.noFolder"]) }
            !desk.trusted -> onUi { desk.tell(Weight.WARNING, Texts["told.untrusted"]) }
            else -> work(store.parent)
        }
    }

    /** A write beside the IDE, which must not be broken off between its steps. */
    private fun <T : Any, V> write(
        title: String,
        paths: List<String>,
        how: Job.() -> HeldWrite.Write<T, V>,
    ): CompletableFuture<T> = step(title) { whole { TURN.withLock { written(paths, how()) } } }

    private fun <T : Any, V> written(paths: List<String>, how: HeldWrite.Write<T, V>): T {
        val held = desk.held(true).filter { held -> paths.any { lies(it, listOf(held.store)) } }
        val outcome = HeldWrite.run(held, how)
            ?: throw HelperException("E_FILE", Texts["file.readOnly"], Texts["file.readOnly.hint"])
        if (!outcome.holds) throw HelperException("E_FILE", Texts["file.rewritten"], Texts["file.rewritten.hint"])
        return outcome.result
    }

    private companion object {
        fun lies(file: String, stores: List<Path>) = Path.of(file).parent.let { folder -> stores.any { it == folder } }

        fun files(store: Path) = listOf("elitea.xml", "alita.xml").map { store.resolve(it).toString() }

        /** Writes go one after another: each saves and reloads what the IDE holds. */
        val TURN = ReentrantLock()

        const val MOST_CHOICES = 20
        const val UNTRUSTED = "E_PLUGIN_UNTRUSTED"

        /** Every JetBrains IDE keeps a project's settings in the same file. */
        const val ANY_JETBRAINS = "idea"
    }
}
