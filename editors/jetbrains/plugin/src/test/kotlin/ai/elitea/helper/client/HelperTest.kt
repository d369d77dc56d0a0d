package ai.elitea.helper.client

import ai.elitea.helper.FakeServer
import ai.elitea.helper.Home
import ai.elitea.helper.INTRODUCED
import ai.elitea.helper.children
import ai.elitea.helper.eventually
import ai.elitea.helper.program
import ai.elitea.helper.protocol.*
import ai.elitea.helper.standIn
import ai.elitea.helper.threads
import com.google.gson.JsonPrimitive
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class HelperTest {
    @TempDir
    lateinit var root: Path
    private val work = Executors.newCachedThreadPool()

    @AfterEach
    fun nothingIsLeft() {
        work.shutdown()
        assertTrue(work.awaitTermination(5, TimeUnit.SECONDS))
        eventually("no process is left") { children().isEmpty() }
        eventually("no thread is left") { threads().isEmpty() }
    }

    private val asked = mutableSetOf<String>()

    private fun <T : Any> Helper.get(method: String, params: Any?, result: Class<T>): T = try {
        asked += method
        ask(method, params, result).get(30, TimeUnit.SECONDS)
    } catch (failed: ExecutionException) {
        throw failed.cause!!
    }

    private fun refusal(act: () -> Unit): HelperException = assertThrows(HelperException::class.java, act)

    @Test
    fun `every request is answered by the real helper`() {
        val project = Files.createDirectories(root.resolve("work/.idea")).parent
        val home = Home(root)
        FakeServer().use { server ->
            Helper(home, work).use { helper ->
                val nothing = NoParams()
                assertEquals(null, helper.get(Requests.STATUS_GET, nothing, Status::class.java).account)
                val login = LoginParams(token = server.token, server = server.url, store = "file")
                assertEquals("alice@example.test", helper.get(Requests.AUTH_LOGIN, login, LoggedIn::class.java).account.email)
                assertTrue(helper.get(Requests.AUTH_PAGE, PageParams(), TokenPage::class.java).page.startsWith(server.url))
                assertTrue(helper.get(Requests.AUTH_DISCOVER, nothing, Discovered::class.java).tokens.isEmpty())
                val projects = helper.get(Requests.PROJECT_LIST, nothing, ProjectList::class.java).projects
                val chosen = projects.first { it.unusable == null && !it.personal }
                val set = SetParams(project = JsonPrimitive(chosen.id))
                assertEquals(chosen.id.toString(), helper.get(Requests.SELECTION_SET, set, Selection::class.java).project?.value)
                val models = helper.get(Requests.MODEL_LIST, ModelListParams(), ModelList::class.java).models
                val model = models.first()
                val name = "${model.owner}/${model.name}"
                assertEquals(name, helper.get(Requests.SELECTION_SET, SetParams(model = name), Selection::class.java).model?.value)
                assertTrue(helper.get(Requests.TOKEN_LIST, nothing, TokenList::class.java).tokens.any { it.inUse })
                assertTrue("EliteASettings" in helper.get(Requests.SETTINGS_RENDER, RenderParams("jetbrains"), Rendered::class.java).text)
                assertTrue(helper.get(Requests.IDE_LIST, nothing, IdeList::class.java).skipped.isNotEmpty())
                val here = TargetParams(listOf("idea"), listOf("workspace"), project.toString())
                val plan = helper.get(Requests.CONFIG_PLAN, here, Plan::class.java)
                assertEquals(TargetState.PENDING, plan.targets.single().state)
                val apply = ApplyParams(plan.id, here.ides, here.scopes, here.workspace)
                assertEquals(TargetState.WRITTEN, helper.get(Requests.CONFIG_APPLY, apply, Applied::class.java).targets.single().state)
                val written = Files.readString(project.resolve(".idea/elitea.xml"))
                assertTrue(chosen.id.toString() in written && server.token !in written)
                assertTrue(helper.get(Requests.CONFIG_EXPLAIN, ExplainParams("server"), Explained::class.java).settings.isNotEmpty())
                val history = helper.get(Requests.CONFIG_HISTORY, nothing, History::class.java).entries
                helper.get(Requests.CONFIG_UNDO, UndoParams(history.first().id), Applied::class.java)
                assertFalse(Files.exists(project.resolve(".idea/elitea.xml")))
                helper.get(Requests.CONFIG_APPLY, apply.copy(plan = null), Applied::class.java)
                val file = project.resolve(".idea/elitea.xml")
                Files.writeString(file, Files.readString(file).replace("</project>", ""))
                val path = listOf(file.toString())
                val finding = helper.get(Requests.DOCTOR_RUN, RunParams(path), DoctorReport::class.java).findings.first()
                val choice = RepairChoice(finding.rule, finding.place!!.file, finding.place!!.line, 0)
                val repair = RepairParams(choices = listOf(choice), paths = path)
                val mended = helper.get(Requests.DOCTOR_REPAIR, repair, Repaired::class.java)
                assertTrue(mended.files.any { it.mended.isNotEmpty() }, mended.toString())
                assertTrue("</project>" in Files.readString(file))
                helper.get(Requests.CONFIG_REMOVE, here, Applied::class.java)
                val resolve = ResolveParams(listOf("EliteASettings/projectId"), Settle.TAKE, here.ides, here.scopes, here.workspace)
                helper.get(Requests.CONFIG_RESOLVE, resolve, Applied::class.java)
                val made = helper.get(Requests.TOKEN_CREATE, CreateParams("from-a-test"), Created::class.java)
                assertEquals(null, made.secret)
                helper.get(Requests.TOKEN_ROTATE, RotateParams(), Rotated::class.java)
                helper.get(Requests.TOKEN_REVOKE, RevokeParams("from-a-test", true), Revoked::class.java)
                val report = root.resolve("report.txt")
                helper.get(Requests.DOCTOR_BUNDLE, BundleParams(report.toString()), Bundle::class.java)
                assertTrue(server.token !in Files.readString(report, Charsets.ISO_8859_1))
                assertTrue(helper.get(Requests.AUTH_LOGOUT, LogoutParams(), LoggedOut::class.java).forgotten)
                assertTrue(home.lines.none { server.token in it }, "a token in the log")
                val methods = Requests::class.java.fields.map { it.get(null) }.filterIsInstance<String>().toSet()
                assertTrue(methods.size > 20)
                assertEquals(emptySet<String>(), methods - asked)
                eventually("the status is told") { helper.standing?.kind == StatusKind.SIGNED_OUT }
            }
        }
    }

    @Test
    fun `a refusal says what to do`() = Helper(Home(root), work).use { helper ->
        val refused = refusal { helper.get(Requests.PROJECT_LIST, NoParams(), ProjectList::class.java) }
        assertTrue(refused.code.startsWith("E_"))
        assertTrue(refused.hint.isNotEmpty(), refused.text)
        assertEquals(Life.RUNNING, helper.life)
    }

    @Test
    fun `one that is missing is told and can be mended`() {
        val home = Home(root, root.resolve("nowhere").toString())
        Helper(home, work).use { helper ->
            assertEquals(Places.MISSING, refusal { helper.get(Requests.STATUS_GET, null, Status::class.java) }.code)
            assertEquals(Life.FAILED, helper.life)
            Files.createSymbolicLink(root.resolve("nowhere"), program)
            helper.get(Requests.STATUS_GET, null, Status::class.java)
            assertEquals(Life.RUNNING, helper.life)
        }
    }

    @Test
    fun `one that dies at the start is not tried for ever`() {
        Helper(Home(root, standIn(root, "exit 3").toString()), work).use { helper ->
            val refused = refusal { helper.get(Requests.STATUS_GET, null, Status::class.java) }
            assertEquals(Link.ENDED, refused.code)
            assertEquals(Life.FAILED, helper.life)
        }
    }

    @Test
    fun `one that does not answer is ended`() {
        val silent = standIn(root, "exec sleep 600")
        val failed = refusal {
            val nobody = object : Listener {
                override fun told(method: String, params: com.google.gson.JsonElement) = Unit
                override fun show(uri: String) = false
                override fun logged(line: String) = Unit
                override fun ended() = Unit
            }
            Link.open(silent, System.getenv(), root, ClientHello(PROTOCOL), nobody, seconds = 1)
        }
        assertEquals(Link.ENDED, failed.code)
    }

    @Test
    fun `one that was killed is started again`(): Unit = Helper(Home(root), work, Backoff(first = 10)).use { helper ->
        helper.get(Requests.STATUS_GET, null, Status::class.java)
        val first = children().single().pid()
        children().single().destroyForcibly()
        eventually("another one runs") { helper.life == Life.RUNNING && children().singleOrNull()?.pid() ?: first != first }
        assertNotEquals(first, children().single().pid())
        assertEquals(null, helper.get(Requests.STATUS_GET, null, Status::class.java).account)
    }

    @Test
    fun `what is under way fails when it dies, and in the end it is given up`() {
        // It answers `initialize`, and dies on whatever comes next but one.
        val body = "$INTRODUCED\nhead -c 900 >/dev/null\nexit 1"
        Helper(Home(root, standIn(root, body).toString()), work, Backoff(most = 2, first = 10)).use { helper ->
            val asked = (1..40).map { helper.ask(Requests.STATUS_GET, null, Status::class.java) }
            asked.forEach { one ->
                val failed = assertThrows(ExecutionException::class.java) { one.get(20, TimeUnit.SECONDS) }
                assertTrue(failed.cause is HelperException)
            }
        }
    }

    @Test
    fun `a flood of its log neither blocks nor is lost`() {
        val body = "i=0; while [ \$i -lt 20000 ]; do echo \"line \$i of the log\" >&2; i=\$((i+1)); done\nexec '$program' \"\$@\""
        val home = Home(root, standIn(root, body).toString())
        Helper(home, work).use { helper ->
            helper.get(Requests.STATUS_GET, null, Status::class.java)
            eventually("the last line") { "line 19999 of the log" in home.lines }
        }
    }

    @Test
    fun `it is ended within a second, also when it hangs`() {
        val body = "trap '' TERM\n$INTRODUCED\nwhile :; do sleep 0.1; done"
        val helper = Helper(Home(root, standIn(root, body).toString()), work)
        val asked = helper.ask(Requests.STATUS_GET, null, Status::class.java)
        eventually("it runs") { helper.life == Life.RUNNING }
        val start = System.nanoTime()
        helper.close()
        assertTrue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) < 1100)
        assertThrows(ExecutionException::class.java) { asked.get(5, TimeUnit.SECONDS) }
    }

    @Test
    fun `a request that is called off ends`() {
        // Its standard output stays open as another one: the end of it would be the end of the helper.
        val body = "$INTRODUCED\nexec cat 3>&1 >'$root/heard'"
        Helper(Home(root, standIn(root, body).toString()), work).use { helper ->
            val asked = helper.ask(Requests.STATUS_GET, null, Status::class.java)
            eventually("it is asked") { Files.exists(root.resolve("heard")) && Requests.STATUS_GET in Files.readString(root.resolve("heard")) }
            asked.callOff(work, 200)
            val failed = assertThrows(ExecutionException::class.java) { asked.get(5, TimeUnit.SECONDS) }
            assertEquals(Link.CALLED_OFF, (failed.cause as HelperException).code)
            eventually("it is told") { "\$/cancelRequest" in Files.readString(root.resolve("heard")) }
        }
    }

    @Test
    fun `another protocol is refused before it is started`() {
        val other = root.resolve("elitea-helper")
        Files.writeString(other, "#!/bin/sh\necho '{\"version\":\"9.9.9\",\"protocol\":99,\"stores\":[]}'\n")
        other.toFile().setExecutable(true)
        val refused = refusal { checkVersion(other, System.getenv()) }
        assertTrue("99" in refused.text && "9.9.9" in refused.text, refused.text)
        Files.writeString(other, "#!/bin/sh\necho hello\n")
        assertTrue("not elitea-helper" in refusal { checkVersion(other, System.getenv()) }.text)
        Files.writeString(other, "#!/bin/sh\nexec sleep 600\n")
        assertTrue("does not tell" in refusal { checkVersion(other, System.getenv(), 1) }.text)
    }
}
