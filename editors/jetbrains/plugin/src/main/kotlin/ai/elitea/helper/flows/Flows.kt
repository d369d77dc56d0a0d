package ai.elitea.helper.flows

import ai.elitea.helper.Texts
import ai.elitea.helper.client.Helper
import ai.elitea.helper.client.HelperException
import ai.elitea.helper.client.Link
import ai.elitea.helper.protocol.Applied
import ai.elitea.helper.protocol.ApplyParams
import ai.elitea.helper.protocol.Bundle
import ai.elitea.helper.protocol.BundleParams
import ai.elitea.helper.protocol.CreateParams
import ai.elitea.helper.protocol.Created
import ai.elitea.helper.protocol.DoctorReport
import ai.elitea.helper.protocol.Finding
import ai.elitea.helper.protocol.History
import ai.elitea.helper.protocol.LoggedIn
import ai.elitea.helper.protocol.LoggedOut
import ai.elitea.helper.protocol.LoginParams
import ai.elitea.helper.protocol.LogoutParams
import ai.elitea.helper.protocol.ModelList
import ai.elitea.helper.protocol.ModelListParams
import ai.elitea.helper.protocol.NoParams
import ai.elitea.helper.protocol.PageParams
import ai.elitea.helper.protocol.Plan
import ai.elitea.helper.protocol.ProjectList
import ai.elitea.helper.protocol.RenderParams
import ai.elitea.helper.protocol.Rendered
import ai.elitea.helper.protocol.RepairChoice
import ai.elitea.helper.protocol.RepairParams
import ai.elitea.helper.protocol.Repaired
import ai.elitea.helper.protocol.Requests
import ai.elitea.helper.protocol.RevokeParams
import ai.elitea.helper.protocol.Revoked
import ai.elitea.helper.protocol.RotateParams
import ai.elitea.helper.protocol.Rotated
import ai.elitea.helper.protocol.RunParams
import ai.elitea.helper.protocol.Selection
import ai.elitea.helper.protocol.SetParams
import ai.elitea.helper.protocol.Status
import ai.elitea.helper.protocol.TargetParams
import ai.elitea.helper.protocol.TargetState
import ai.elitea.helper.protocol.TokenList
import ai.elitea.helper.protocol.TokenPage
import ai.elitea.helper.protocol.UndoParams
import com.google.gson.JsonPrimitive
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException

/** What the actions do, each from a click to its end. Every one returns at once; its future is done when
 * nothing is under way any more, and never fails: people were told. */
class Flows(private val helper: Helper, private val desk: Desk) {
    private val nothing = NoParams()

    /** Asks for a token, and has it checked and stored. */
    fun signIn() = flow {
        step("job.status") { await(helper.ask(Requests.STATUS_GET, nothing, Status::class.java)) }
            .thenApplyAsync({ desk.askToken(it.selection.server?.value, ::openPageOf) }, desk.ui)
            .thenCompose { typed -> if (typed == null) done() else logIn(typed) }
    }

    private fun logIn(typed: Credentials): CompletableFuture<*> {
        val params = LoginParams(token = String(typed.token), server = typed.server)
        typed.token.fill('\u0000')
        return step("job.login") { await(helper.ask(Requests.AUTH_LOGIN, params, LoggedIn::class.java)) }
            .thenAcceptAsync({ done ->
                val name = done.account.name.ifEmpty { done.account.email }
                val offer = if (done.project == null) Offer(Texts["offer.project"]) { selectProject() }
                else Offer(Texts["offer.apply"]) { apply() }
                told(Texts["told.login", name, done.store], done.notes, listOf(offer))
            }, desk.ui)
    }

    /** Forgets the token. */
    fun signOut() = flow {
        onUi { desk.confirm(Texts["ask.logout.title"], Texts["ask.logout.text"], Texts["ask.logout.ok"]) }
            .thenCompose { yes ->
                if (!yes) done()
                else step("job.logout") { await(helper.ask(Requests.AUTH_LOGOUT, LogoutParams(), LoggedOut::class.java)) }
                    .thenAcceptAsync({ told(Texts["told.logout", it.server], it.notes) }, desk.ui)
            }
    }

    /** Lets people choose the project. */
    fun selectProject() = flow {
        step("job.projects") { await(helper.ask(Requests.PROJECT_LIST, nothing, ProjectList::class.java)) }
            .thenAcceptAsync({ list ->
                desk.choose(Texts["choose.project"], Words.projects(list)) { id ->
                    select(SetParams(project = JsonPrimitive(id.toLong()))) { Texts["told.project", Words.project(it)] }
                }
            }, desk.ui)
    }

    /** Lets people choose the model. */
    fun selectModel() = flow {
        step("job.models") { await(helper.ask(Requests.MODEL_LIST, ModelListParams(), ModelList::class.java)) }
            .thenAcceptAsync({ list ->
                desk.choose(Texts["choose.model"], Words.models(list)) { name ->
                    select(SetParams(model = name)) { Texts["told.model", Words.model(it)] }
                }
            }, desk.ui)
    }

    private fun select(params: SetParams, words: (Selection) -> String) = flow {
        step("job.select") { await(helper.ask(Requests.SELECTION_SET, params, Selection::class.java)) }
            .thenAcceptAsync({ told(words(it), emptyList(), listOf(Offer(Texts["offer.apply"]) { apply() })) }, desk.ui)
    }

    /** Shows what would change in this project's file, and writes it. */
    fun apply() = flow { ofProject { folder -> applied(here(folder), all = false) } }

    /** The same for every project that the IDEs list as recent. */
    fun applyToRecent() = flow { applied(TargetParams(recent = true), all = true) }

    private fun here(folder: Path) =
        TargetParams(ides = listOf(ANY_JETBRAINS), scopes = listOf("workspace"), workspace = folder.toString())

    private fun applied(targets: TargetParams, all: Boolean): CompletableFuture<*> =
        step("job.plan") {
            if (all) desk.saveIdeSettings()
            // What the IDE has not saved yet belongs into the preview, too.
            desk.held(all).forEach { held ->
                held.saveDocument()
                held.saveProject()
                held.flush()
            }
            await(helper.ask(Requests.CONFIG_PLAN, targets, Plan::class.java))
        }.thenApplyAsync({ plan -> agreed(plan) }, desk.ui).thenCompose { yes ->
            if (!yes) done() else write("job.apply", all, Applied::class.java, Requests.CONFIG_APPLY, {
                // Not by the plan's number: what the IDE saves in between would make it stale.
                ApplyParams(null, targets.ides, targets.scopes, targets.workspace, targets.recent, targets.paths)
            }) { applied ->
                stays(applied, await(helper.ask(Requests.CONFIG_PLAN, targets, Plan::class.java)))
            }.thenAcceptAsync({ applied ->
                val key = if (applied.targets.any { it.state == TargetState.WRITTEN }) listOf(Texts["told.typeToken"]) else emptyList()
                told(Words.outcome(applied.targets), key + applied.notes, undoable(applied.history))
            }, desk.ui)
        }

    private fun agreed(plan: Plan): Boolean {
        val changes = plan.targets.filter { it.state == TargetState.PENDING || it.diff.isNotEmpty() }
        if (changes.isEmpty()) {
            val weight = if (plan.targets.any { it.error != null }) Weight.ERROR else Weight.INFO
            desk.tell(weight, (listOf(Words.outcome(plan.targets)) + plan.notes).joinToString("\n"))
            return false
        }
        val sides = Sides.of(changes.map { it.target.path to it.diff })
        return desk.preview(Texts["preview.apply", changes.size], sides, Texts["preview.ok"])
    }

    /** Takes the last change back. */
    fun undo() = flow {
        step("job.history") { await(helper.ask(Requests.CONFIG_HISTORY, nothing, History::class.java)) }
            .thenApplyAsync({ history ->
                val last = history.entries.firstOrNull { it.undone == null && it.verb != "undo" }
                if (last == null) desk.tell(Weight.INFO, Texts["told.noHistory"])
                last?.takeIf {
                    val files = it.files.joinToString("\n", transform = Words::visible)
                    desk.confirm(Texts["ask.undo.title"], Texts["ask.undo.text", it.verb, it.time, files], Texts["ask.undo.ok"])
                }
            }, desk.ui)
            .thenCompose { if (it == null) done() else undo(it.id) }
    }

    private fun undo(id: String): CompletableFuture<*> =
        write("job.undo", true, Applied::class.java, Requests.CONFIG_UNDO, { UndoParams(id) }) { true }
            .thenAcceptAsync({ told(Words.outcome(it.targets), it.notes) }, desk.ui)

    /** Takes our keys out of this project's file. */
    fun remove() = flow {
        ofProject { folder ->
            onUi { desk.confirm(Texts["ask.remove.title"], Texts["ask.remove.text"], Texts["ask.remove.ok"]) }
                .thenCompose { yes ->
                    if (!yes) done()
                    else write("job.remove", false, Applied::class.java, Requests.CONFIG_REMOVE, { here(folder) }) { true }
                        .thenAcceptAsync({ told(Words.outcome(it.targets), it.notes, undoable(it.history)) }, desk.ui)
                }
        }
    }

    /** Mends a file, showing first what would change. Where there are several ways, people choose one. */
    fun repair(file: Path) = flow { ofProject { repair(RepairParams(check = true, paths = listOf(file.toString()))) } }

    private fun repair(params: RepairParams): CompletableFuture<*> =
        step("job.repair") { await(helper.ask(Requests.DOCTOR_REPAIR, params, Repaired::class.java)) }
            .thenApplyAsync({ repaired ->
                val changes = repaired.files.map { it.report }.filter { it.diff.isNotEmpty() }
                val open = repaired.files.flatMap { it.left }.firstOrNull { it.fix?.ways.orEmpty().isNotEmpty() }
                when {
                    changes.isNotEmpty() -> desk.preview(
                        Texts["preview.repair"],
                        Sides.of(changes.map { it.target.path to it.diff }),
                        Texts["preview.repair.ok"],
                    )
                    // Each answer is asked for once.
                    open != null && params.choices.orEmpty().size < MOST_CHOICES -> false.also { choose(open, params) }
                    else -> false.also { desk.tell(Weight.WARNING, Texts["told.notMended"], listOf(doctorOffer())) }
                }
            }, desk.ui)
            .thenCompose { yes ->
                if (!yes) done()
                else write("job.repair", false, Repaired::class.java, Requests.DOCTOR_REPAIR, { params.copy(check = null) }) { true }
                    .thenAcceptAsync({ done ->
                        told(Words.outcome(done.files.map { it.report }), emptyList(), undoable(done.history))
                    }, desk.ui)
            }

    private fun choose(finding: Finding, params: RepairParams) {
        val place = finding.place ?: return
        val rows = finding.fix?.ways.orEmpty().mapIndexed { index, way -> Row(way, "", index.toString()) }
        desk.choose(Words.visible(finding.message), rows) { way ->
            val choice = RepairChoice(finding.rule, place.file, place.line, way.toLong())
            flow { repair(params.copy(choices = params.choices.orEmpty() + choice)) }
        }
    }

    /** Shows how things stand. */
    fun status() = flow {
        step("job.status") { await(helper.ask(Requests.STATUS_GET, nothing, Status::class.java)) }
            .thenAcceptAsync({ desk.show(Texts["show.status"], Words.status(it)) }, desk.ui)
    }

    /** Shows what the doctor finds. */
    fun doctor() = flow {
        step("job.doctor") { await(helper.ask(Requests.DOCTOR_RUN, RunParams(), DoctorReport::class.java)) }
            .thenAcceptAsync({ desk.show(Texts["show.doctor"], Words.report(it)) }, desk.ui)
    }

    /** Lets people rotate, make and delete tokens. */
    fun tokens() = flow {
        step("job.tokens") { await(helper.ask(Requests.TOKEN_LIST, nothing, TokenList::class.java)) }
            .thenAcceptAsync({ list ->
                val rows = listOf(
                    Row(Texts["token.rotate"], Texts["token.rotate.detail"], ROTATE),
                    Row(Texts["token.create"], Texts["token.create.detail"], CREATE),
                ) + Words.tokens(list.tokens)
                desk.choose(Texts["choose.token"], rows) { manage(it, rows) }
            }, desk.ui)
    }

    private fun manage(chosen: String, rows: List<Row>): CompletableFuture<*> = when (chosen) {
        ROTATE -> flow {
            step("job.rotate") { await(helper.ask(Requests.TOKEN_ROTATE, RotateParams(), Rotated::class.java)) }
                .thenAcceptAsync({ told(Texts["told.rotate", it.store], it.notes + Texts["told.typeToken"]) }, desk.ui)
        }
        CREATE -> flow {
            val name = "jetbrains-${java.time.LocalDate.now()}"
            step("job.create") { await(helper.ask(Requests.TOKEN_CREATE, CreateParams(name), Created::class.java)) }
                .thenAcceptAsync({ told(Texts["told.create", name, it.store], emptyList()) }, desk.ui)
        }
        else -> flow {
            val label = Words.visible(rows.first { it.value == chosen }.label)
            onUi { desk.confirm(Texts["ask.revoke.title"], Texts["ask.revoke.text", label], Texts["ask.revoke.ok"]) }
                .thenCompose { yes ->
                    if (!yes) done()
                    else step("job.revoke") {
                        await(helper.ask(Requests.TOKEN_REVOKE, RevokeParams(chosen, true), Revoked::class.java))
                    }.thenAcceptAsync({ told(Texts["told.revoke", label], it.notes) }, desk.ui)
                }
        }
    }

    /** Writes the settings file that ELITEA's page offers, without a token. */
    fun saveSettingsFile() = flow {
        val params = RenderParams("jetbrains")
        step("job.render") { await(helper.ask(Requests.SETTINGS_RENDER, params, Rendered::class.java)) }
            .thenApplyAsync({ rendered -> desk.saveTo(rendered.fileName)?.let { it to rendered.text } }, desk.ui)
            .thenCompose { chosen ->
                if (chosen == null) done()
                else step("job.save") { save(chosen.first, chosen.second) }
                    .thenAcceptAsync({ told(Texts["told.saved", chosen.first.toString()], emptyList()) }, desk.ui)
            }
    }

    private fun save(file: Path, text: String) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
        } catch (failed: IOException) {
            throw HelperException("E_FILE", Texts["file.notWritten", file.toString()], Texts["file.notWritten.hint"], failed)
        }
    }

    /** Shows the page where tokens are made. */
    fun openTokenPage() = flow {
        step("job.page") { await(helper.ask(Requests.AUTH_PAGE, PageParams(), TokenPage::class.java)) }
            .thenAcceptAsync({ desk.browse(it.page) }, desk.ui)
    }

    /** The same beside an open dialog, for the server that is typed there. */
    private fun openPageOf(server: String) {
        helper.ask(Requests.AUTH_PAGE, PageParams(server.ifEmpty { null }), TokenPage::class.java)
            .whenComplete { page, failed ->
                if (page != null) desk.browse(page.page) else desk.tell(Weight.ERROR, Words.failure(failed))
            }
    }

    /** Ends the helper and starts it anew. */
    fun restart() = flow {
        helper.restart().thenRunAsync({ told(Texts["told.restarted"], emptyList()) }, desk.ui)
    }

    /** Writes a support report. */
    fun report() = flow {
        onUi { desk.saveTo("elitea-support.txt") }.thenCompose { file ->
            if (file == null) done()
            else step("job.report") {
                await(helper.ask(Requests.DOCTOR_BUNDLE, BundleParams(file.toString()), Bundle::class.java))
            }.thenAcceptAsync({ told(Texts["told.report", it.path], emptyList()) }, desk.ui)
        }
    }

    /** Shows the log, which has the helper's lines too. */
    fun showLog() = desk.showLog()

    private fun doctorOffer() = Offer(Texts["offer.doctor"]) { doctor() }

    private fun undoable(history: String?) =
        listOfNotNull(history?.let { id -> Offer(Texts["offer.undo"]) { flow { undo(id) } } })

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
    private fun <T : Any> write(
        title: String,
        all: Boolean,
        result: Class<T>,
        method: String,
        params: () -> Any,
        holds: Job.(T) -> Boolean,
    ): CompletableFuture<T> = step(title) {
        val outcome = HeldWrite.run(desk.held(all), { await(helper.ask(method, params(), result, ::say)) }, { holds(it) })
            ?: throw HelperException("E_FILE", Texts["file.readOnly"], Texts["file.readOnly.hint"])
        if (!outcome.holds) throw HelperException("E_FILE", Texts["file.rewritten"], Texts["file.rewritten.hint"])
        outcome.result
    }

    private fun told(text: String, notes: List<String>, offers: List<Offer> = emptyList()) =
        desk.tell(Weight.INFO, (listOf(text) + notes).joinToString("\n"), offers)

    private fun <T> step(key: String, work: Job.() -> T) = desk.background(Texts[key], work)

    private fun <T> onUi(work: () -> T): CompletableFuture<T> = CompletableFuture.supplyAsync(work, desk.ui)

    private fun done(): CompletableFuture<*> = CompletableFuture.completedFuture(Unit)

    /** Nothing is thrown out of it: people are told instead. */
    private fun flow(work: () -> CompletableFuture<*>): CompletableFuture<*> = work().handleAsync({ _, failed ->
        val cause = if (failed is CompletionException) failed.cause ?: failed else failed
        when {
            cause == null || cause is CancellationException -> {}
            cause is HelperException && cause.code == Link.CALLED_OFF -> {}
            else -> desk.tell(Weight.ERROR, Words.failure(cause), remedies(cause))
        }
    }, desk.ui)

    private fun remedies(failed: Throwable): List<Offer> = when ((failed as? HelperException)?.code) {
        "E_TOKEN_MISSING", "E_TOKEN_EXPIRED", "E_TOKEN_REJECTED" ->
            listOf(Offer(Texts["offer.signIn"]) { signIn() })
        "E_CHOICE_NEEDED" -> listOf(Offer(Texts["offer.project"]) { selectProject() })
        Link.ENDED -> listOf(Offer(Texts["offer.restart"]) { restart() }, Offer(Texts["offer.log"]) { desk.showLog() })
        else -> listOf(doctorOffer())
    }

    companion object {
        /** Whether every file that was written is still in order. */
        fun stays(applied: Applied, now: Plan): Boolean {
            val written = applied.targets.filter { it.state == TargetState.WRITTEN }.map { it.target.path }
            return now.targets.none { it.target.path in written && it.state != TargetState.IN_ORDER }
        }

        private const val MOST_CHOICES = 20

        /** Every JetBrains IDE keeps a project's settings in the same file. */
        private const val ANY_JETBRAINS = "idea"
        private const val ROTATE = "\u0000rotate"
        private const val CREATE = "\u0000create"
    }
}
