package ai.elitea.helper.client

import ai.elitea.helper.FakeServer
import ai.elitea.helper.Gate
import ai.elitea.helper.Home
import ai.elitea.helper.INTRODUCED
import ai.elitea.helper.children
import ai.elitea.helper.eventually
import ai.elitea.helper.protocol.*
import ai.elitea.helper.standIn
import ai.elitea.helper.threads
import com.google.gson.JsonPrimitive
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** Ends that nobody wished for, and requests that take long. */
class CrashTest {
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

    private fun behindAGate(test: (Helper, Gate, TargetParams, Path) -> Unit) {
        val store = Files.createDirectories(root.resolve("work/.idea"))
        val here = TargetParams(listOf("idea"), listOf("workspace"), store.parent.toString())
        FakeServer().use { server ->
            Gate(server.url).use { gate ->
                Helper(Home(root), work, Backoff(first = 10)).use { helper ->
                    val login = LoginParams(token = server.token, server = gate.url, store = "file")
                    helper.ask(Requests.AUTH_LOGIN, login, LoggedIn::class.java).get(30, TimeUnit.SECONDS)
                    helper.ask(Requests.SELECTION_SET, SetParams(project = JsonPrimitive(4)), Selection::class.java).get(30, TimeUnit.SECONDS)
                    test(helper, gate, here, store.resolve("elitea.xml"))
                }
            }
        }
    }

    private fun TargetParams.apply() = ApplyParams(null, ides, scopes, workspace)

    @Test
    fun `a helper that dies during an apply leaves a whole file, and the next one applies`() = behindAGate { helper, gate, here, file ->
        Files.writeString(file, "<project version=\"4\">\n  <component name=\"Other\" />\n</project>\n")
        val before = Files.readString(file)
        val first = children().single { it.info().arguments().orElse(emptyArray()).contains("--stdio") }
        gate.shut(true)
        val asked = helper.ask(Requests.CONFIG_APPLY, here.apply(), Applied::class.java)
        eventually("the server is asked") { gate.isAsked }
        first.destroyForcibly()
        val failed = assertThrows(ExecutionException::class.java) { asked.get(10, TimeUnit.SECONDS) }
        assertEquals(Link.ENDED, (failed.cause as HelperException).code)
        assertEquals(before, Files.readString(file))
        gate.shut(false)
        val applied = helper.ask(Requests.CONFIG_APPLY, here.apply(), Applied::class.java).get(30, TimeUnit.SECONDS)
        assertEquals(TargetState.WRITTEN, applied.targets.single().state)
        assertFalse(first.isAlive)
    }

    @Test
    fun `what takes long is told, and a cancel ends it and writes nothing`() = behindAGate { helper, gate, here, file ->
        gate.shut(true)
        val told = CopyOnWriteArrayList<Progress>()
        val asked = helper.ask(Requests.CONFIG_APPLY, here.apply(), Applied::class.java) { told += it }
        eventually("the server is asked") { gate.isAsked }
        eventually("progress is told") { told.isNotEmpty() }
        assertTrue(told.first().words.isNotBlank())
        val start = System.nanoTime()
        asked.callOff(work, 20_000)
        val failed = assertThrows(ExecutionException::class.java) { asked.get(10, TimeUnit.SECONDS) }
        assertEquals(Link.CALLED_OFF, (failed.cause as HelperException).code)
        assertTrue(System.nanoTime() - start < 5_000_000_000, "the helper itself has answered")
        assertFalse(Files.exists(file))
        gate.shut(false)
        assertEquals(Life.RUNNING, helper.life)
        helper.ask(Requests.CONFIG_APPLY, here.apply(), Applied::class.java).get(30, TimeUnit.SECONDS)
        assertTrue(Files.exists(file))
    }

    @Test
    fun `one that is still starting is ended as well`() {
        for (body in listOf("exec sleep 600", "if [ ! -e x ]; then exec sleep 600; fi")) {
            val helper = Helper(Home(root, standIn(root, body).toString()), work)
            val asked = helper.ask(Requests.STATUS_GET, null, Status::class.java)
            eventually("it starts") { children().any { it.info().command().orElse("").endsWith("sleep") } }
            helper.close()
            eventually("it is gone", 2) { children().isEmpty() }
            assertThrows(ExecutionException::class.java) { asked.get(5, TimeUnit.SECONDS) }
        }
    }

    @Test
    fun `a restart does not wait for one that hangs while it starts`() {
        Helper(Home(root, standIn(root, "[ -e '$root/second' ] || exec sleep 600\n$INTRODUCED\nexec cat 3>&1 >/dev/null").toString()), work).use { helper ->
            val asked = helper.ask(Requests.STATUS_GET, null, Status::class.java)
            eventually("it starts") { children().any { it.info().command().orElse("").endsWith("sleep") } }
            Files.createFile(root.resolve("second"))
            helper.restart().get(10, TimeUnit.SECONDS)
            assertThrows(ExecutionException::class.java) { asked.get(5, TimeUnit.SECONDS) }
        }
    }

    @Test
    fun `what is given up is not started for a banner`() {
        val body = "$INTRODUCED\necho started >>'$root/starts'\nhead -c 900 >/dev/null\nexit 1"
        Helper(Home(root, standIn(root, body).toString()), work, Backoff(most = 2, first = 10)).use { helper ->
            val findings = ai.elitea.helper.flows.Findings(helper) {}
            val file = root.resolve("elitea.xml")
            helper.ask(Requests.STATUS_GET, null, Status::class.java)
            eventually("it is given up") {
                if (helper.life == Life.RUNNING) helper.ask(Requests.STATUS_GET, null, Status::class.java)
                helper.life == Life.FAILED
            }
            val starts = Files.readAllLines(root.resolve("starts")).size
            repeat(20) { findings.of(file, it.toLong()) }
            assertEquals(Life.FAILED, helper.life)
            assertEquals(starts, Files.readAllLines(root.resolve("starts")).size)
            assertTrue(starts <= 3, "$starts starts")
        }
    }

    @Test
    fun `there are never two, also where people ask while it is restarted`() {
        Helper(Home(root), work).use { helper ->
            helper.ask(Requests.STATUS_GET, NoParams(), Status::class.java).get(30, TimeUnit.SECONDS)
            repeat(5) {
                val restarted = helper.restart()
                val asked = (1..5).map { helper.ask(Requests.STATUS_GET, NoParams(), Status::class.java) }
                asked.forEach { it.get(30, TimeUnit.SECONDS) }
                restarted.get(30, TimeUnit.SECONDS)
                assertEquals(1, children().count { "lsp" in it.info().arguments().orElse(emptyArray()) })
            }
        }
    }

    @Test
    fun `no helper outlives the IDE, however that ends`() {
        for (end in listOf("exit", "halt", "kill")) {
            val java = Path.of(System.getProperty("java.home"), "bin/java").toString()
            val ide = ProcessBuilder(
                java, "-cp", System.getProperty("java.class.path"), "-Delitea.helper=${System.getProperty("elitea.helper")}",
                "ai.elitea.helper.client.CrashingIde", root.toString(),
            ).redirectError(ProcessBuilder.Redirect.DISCARD).start()
            val pids = ide.inputStream.bufferedReader().readLine().split(' ').map(String::toLong)
            val helpers = pids.map { ProcessHandle.of(it).get() }
            assertEquals(1, helpers.size)
            assertTrue(helpers.all(ProcessHandle::isAlive))
            if (end == "kill") ide.destroyForcibly() else ide.outputStream.use { it.write("$end\n".toByteArray()) }
            assertTrue(ide.waitFor(20, TimeUnit.SECONDS))
            eventually("the helper has ended after $end") { helpers.none(ProcessHandle::isAlive) }
        }
    }
}

/** An IDE with a helper, which ends as it is told. */
object CrashingIde {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val helper = Helper(Home(Path.of(arguments.single())), Executors.newCachedThreadPool())
        helper.ask(Requests.STATUS_GET, NoParams(), Status::class.java).get(30, TimeUnit.SECONDS)
        println(children().joinToString(" ") { it.pid().toString() })
        when (readln()) {
            "exit" -> {
                helper.close()
                System.exit(0)
            }
            "halt" -> Runtime.getRuntime().halt(1)
        }
    }
}
