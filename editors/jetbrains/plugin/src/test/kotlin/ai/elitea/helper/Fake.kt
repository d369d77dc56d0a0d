package ai.elitea.helper

import ai.elitea.helper.client.Places
import ai.elitea.helper.client.Surroundings
import ai.elitea.helper.protocol.ClientHello
import ai.elitea.helper.protocol.Editor
import ai.elitea.helper.protocol.PROTOCOL
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CopyOnWriteArrayList

/** The real helper that the tests start. */
val program: Path = Path.of(System.getProperty("elitea.helper")).toRealPath()

/** The fake server inside the helper. */
class FakeServer : AutoCloseable {
    private val process = ProcessBuilder(program.toString(), "demo", "--serve")
        .redirectError(ProcessBuilder.Redirect.DISCARD).start()
    private val said: JsonObject =
        JsonParser.parseString(process.inputStream.bufferedReader().readLine()).asJsonObject

    /** Its address. */
    val url: String = said["url"].asString

    /** A token of it. */
    val token: String = said["token"].asString

    override fun close() {
        process.outputStream.close()
        process.waitFor()
    }
}

/** A home of its own for one helper. */
class Home(private val root: Path, private val setting: String = program.toString()) : Surroundings {
    /** What was logged. */
    val lines = CopyOnWriteArrayList<String>()

    /** The pages that were shown. */
    val pages = CopyOnWriteArrayList<String>()

    override fun places() = Places(setting, null, root.resolve("copies"), "")

    override fun environment() = mapOf(
        "HOME" to root.toString(),
        "PATH" to System.getenv("PATH"),
        "ELITEA_HELPER_CONFIG_DIR" to root.resolve("config").toString(),
        "ELITEA_HELPER_STATE_DIR" to root.resolve("state").toString(),
        "XDG_CONFIG_HOME" to root.resolve("xdg").toString(),
    )

    override fun hello() = ClientHello(PROTOCOL, Editor("IntelliJ IDEA", "2025.1"))

    override fun folder(): Path = root

    override fun browse(uri: String) = pages.add(uri)

    override fun log(line: String) {
        lines += line
    }
}

/** A program that stands in for the helper: its version is right, and `lsp` does what `body` says. */
fun standIn(folder: Path, body: String): Path {
    val file = folder.resolve("elitea-helper")
    val version = "{\"version\":\"9.9.9\",\"protocol\":$PROTOCOL,\"stores\":[]}"
    Files.writeString(file, "#!/bin/sh\nif [ \"\$1\" = --version ]; then echo '$version'; exit; fi\n$body\n")
    file.toFile().setExecutable(true)
    return file
}

/** The processes that this one has started and that still run. */
fun children(): List<ProcessHandle> = ProcessHandle.current().descendants().filter { it.isAlive }.toList()

/** Our threads that still run. */
fun threads(): List<String> =
    Thread.getAllStackTraces().keys.filter { it.isAlive && it.name.startsWith("elitea-helper") }.map { it.name }

/** Waits for something that other threads do. */
fun eventually(what: String, seconds: Long = 10, holds: () -> Boolean) {
    val until = System.nanoTime() + seconds * 1_000_000_000
    while (!holds()) {
        check(System.nanoTime() < until) { "it did not come about: $what" }
        Thread.onSpinWait()
        Thread.sleep(5)
    }
}

/** Shell for a stand-in: waits for `initialize` to begin, and answers it. */
val INTRODUCED: String = run {
    val reply = """{"jsonrpc":"2.0","id":"1","result":{"capabilities":{"experimental":{"elitea":{"protocol":$PROTOCOL}}}}}"""
    "read -r first; printf 'Content-Length: ${reply.length}\\r\\n\\r\\n%s' '$reply'"
}
