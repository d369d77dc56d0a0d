package ai.elitea.helper.flows

import ai.elitea.helper.Texts
import ai.elitea.helper.client.Helper
import ai.elitea.helper.client.HelperException
import ai.elitea.helper.protocol.Bundle
import ai.elitea.helper.protocol.BundleParams
import ai.elitea.helper.protocol.CreateParams
import ai.elitea.helper.protocol.Created
import ai.elitea.helper.protocol.Discovered
import ai.elitea.helper.protocol.DoctorReport
import ai.elitea.helper.protocol.FoundToken
import ai.elitea.helper.protocol.LoggedIn
import ai.elitea.helper.protocol.LoggedOut
import ai.elitea.helper.protocol.LoginParams
import ai.elitea.helper.protocol.LogoutParams
import ai.elitea.helper.protocol.ModelList
import ai.elitea.helper.protocol.ModelListParams
import ai.elitea.helper.protocol.NoParams
import ai.elitea.helper.protocol.PageParams
import ai.elitea.helper.protocol.ProjectList
import ai.elitea.helper.protocol.RenderParams
import ai.elitea.helper.protocol.Rendered
import ai.elitea.helper.protocol.Requests
import ai.elitea.helper.protocol.RevokeParams
import ai.elitea.helper.protocol.Revoked
import ai.elitea.helper.protocol.RotateParams
import ai.elitea.helper.protocol.Rotated
import ai.elitea.helper.protocol.RunParams
import ai.elitea.helper.protocol.Selection
import ai.elitea.helper.protocol.SetParams
import ai.elitea.helper.protocol.Status
import ai.elitea.helper.protocol.TokenList
import ai.elitea.helper.protocol.TokenPage
import ai.elitea.helper.protocol.TokenState
import com.google.gson.JsonPrimitive
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption
import java.util.concurrent.CompletableFuture

/** What the actions do, each from a click to its end. Every one returns at once; its future is done when
 * nothing is under way any more, and never fails: people were told. */
class Flows(helper: Helper, desk: Desk) : Flow(helper, desk) {
    private val nothing = NoParams()
    private val writes = Writes(helper, desk)

    /** Asks for a token, or takes over one that lies about, and has it checked and stored. */
    fun signIn() = flow {
        step("job.status") {
            val status = ask(Requests.STATUS_GET, nothing, Status::class.java)
            status.selection.server?.value to ask(Requests.AUTH_DISCOVER, nothing, Discovered::class.java)
        }.thenComposeAsync({ (server, discovered) ->
            val found = discovered.tokens.filter { !it.inUse && it.state != TokenState.EXPIRED }
            if (found.isEmpty()) paste(server) else done().also { choose(found, server) }
        }, desk.ui)
    }

    private fun choose(found: List<FoundToken>, server: String?) {
        val rows = listOf(Row(Texts["signIn.paste"], "", PASTE)) + found.map { Words.found(it, server) }
        desk.choose(Texts["signIn.title"], rows) { chosen ->
            val token = found.find { it.id == chosen }
            flow { if (token == null) paste(server) else takeOver(token, server) }
        }
    }

    /** A token is sent only to the server beside it, or to one that a person agreed to. */
    private fun takeOver(token: FoundToken, server: String?): CompletableFuture<*> {
        val beside = token.server
        val sure = beside != null ||
            desk.confirm(Texts["ask.found.title"], Texts["ask.found.text", server.orEmpty()], Texts["ask.found.ok"])
        return if (sure) logIn(LoginParams(found = token.id, server = server.takeIf { beside == null })) else done()
    }

    private fun paste(server: String?): CompletableFuture<*> {
        val typed = desk.askToken(server, ::openPageOf) ?: return done()
        val params = LoginParams(token = String(typed.token), server = typed.server)
        typed.token.fill('\u0000')
        return logIn(params)
    }

    private fun logIn(params: LoginParams): CompletableFuture<*> =
        step("job.login") { ask(Requests.AUTH_LOGIN, params, LoggedIn::class.java) }
            .thenAcceptAsync({ done ->
                val name = done.account.name.ifEmpty { done.account.email }
                val offer = if (done.project == null) Offer(Texts["offer.project"]) { selectProject() }
                else Offer(Texts["offer.apply"]) { apply() }
                told(Texts["told.login", name, done.store], done.notes, listOf(offer))
            }, desk.ui)

    /** Forgets the token. */
    fun signOut() = flow {
        onUi { desk.confirm(Texts["ask.logout.title"], Texts["ask.logout.text"], Texts["ask.logout.ok"]) }
            .thenCompose { yes ->
                if (!yes) done()
                else step("job.logout") { ask(Requests.AUTH_LOGOUT, LogoutParams(), LoggedOut::class.java) }
                    .thenAcceptAsync({ told(Texts["told.logout", it.server], it.notes) }, desk.ui)
            }
    }

    /** Lets people choose the project. */
    fun selectProject() = flow {
        step("job.projects") { ask(Requests.PROJECT_LIST, nothing, ProjectList::class.java) }
            .thenAcceptAsync({ list ->
                desk.choose(Texts["choose.project"], Words.projects(list)) { id ->
                    select(SetParams(project = JsonPrimitive(id.toLong()))) { Texts["told.project", Words.project(it)] }
                }
            }, desk.ui)
    }

    /** Lets people choose the model. */
    fun selectModel() = flow {
        step("job.models") { ask(Requests.MODEL_LIST, ModelListParams(), ModelList::class.java) }
            .thenAcceptAsync({ list ->
                desk.choose(Texts["choose.model"], Words.models(list)) { name ->
                    select(SetParams(model = name)) { Texts["told.model", Words.model(it)] }
                }
            }, desk.ui)
    }

    private fun select(params: SetParams, words: (Selection) -> String) = flow {
        step("job.select") { ask(Requests.SELECTION_SET, params, Selection::class.java) }
            .thenAcceptAsync({ told(words(it), emptyList(), listOf(Offer(Texts["offer.apply"]) { apply() })) }, desk.ui)
    }

    /** Shows what would change in this project's file, and writes it. */
    fun apply() = writes.apply()

    /** The same for every project that the IDEs list as recent. */
    fun applyToRecent() = writes.applyToRecent()

    /** Takes the last change back. */
    fun undo() = writes.undo()

    /** Takes our keys out of this project's file. */
    fun remove() = writes.remove()

    /** Mends a file, showing first what would change. Where there are several ways, people choose one. */
    fun repair(file: Path) = writes.repair(file)

    /** Shows how things stand. */
    fun status() = flow {
        step("job.status") { ask(Requests.STATUS_GET, nothing, Status::class.java) }
            .thenAcceptAsync({ desk.show(Texts["show.status"], Words.status(it)) }, desk.ui)
    }

    /** Shows what the doctor finds. */
    fun doctor() = flow {
        step("job.doctor") { ask(Requests.DOCTOR_RUN, RunParams(), DoctorReport::class.java) }
            .thenAcceptAsync({ desk.show(Texts["show.doctor"], Words.report(it)) }, desk.ui)
    }

    /** Lets people rotate, make and delete tokens. */
    fun tokens() = flow {
        step("job.tokens") { ask(Requests.TOKEN_LIST, nothing, TokenList::class.java) }
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
            step("job.rotate") { ask(Requests.TOKEN_ROTATE, RotateParams(), Rotated::class.java) }
                .thenAcceptAsync({ told(Texts["told.rotate", it.store], it.notes + Texts["told.typeToken"]) }, desk.ui)
        }
        CREATE -> flow {
            val name = "jetbrains-${java.time.LocalDate.now()}"
            step("job.create") { ask(Requests.TOKEN_CREATE, CreateParams(name), Created::class.java) }
                .thenAcceptAsync({ told(Texts["told.create", name, it.store], emptyList()) }, desk.ui)
        }
        else -> flow {
            val label = Words.visible(rows.first { it.value == chosen }.label)
            onUi { desk.confirm(Texts["ask.revoke.title"], Texts["ask.revoke.text", label], Texts["ask.revoke.ok"]) }
                .thenCompose { yes ->
                    if (!yes) done()
                    else step("job.revoke") {
                        ask(Requests.TOKEN_REVOKE, RevokeParams(chosen, true), Revoked::class.java)
                    }.thenAcceptAsync({ told(Texts["told.revoke", label], it.notes) }, desk.ui)
                }
        }
    }

    /** Writes the settings file that ELITEA's page offers, without a token. */
    fun saveSettingsFile() = flow {
        val params = RenderParams("jetbrains")
        step("job.render") { ask(Requests.SETTINGS_RENDER, params, Rendered::class.java) }
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
        step("job.page") { ask(Requests.AUTH_PAGE, PageParams(), TokenPage::class.java) }
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
                ask(Requests.DOCTOR_BUNDLE, BundleParams(file.toString()), Bundle::class.java)
            }.thenAcceptAsync({ told(Texts["told.report", it.path], emptyList()) }, desk.ui)
        }
    }

    /** Shows the log, which has the helper's lines too. */
    fun showLog() = desk.showLog()

    private companion object {
        const val ROTATE = "\u0000rotate"
        const val CREATE = "\u0000create"
        const val PASTE = "\u0000paste"
    }
}
