package ai.elitea.helper.flows

import ai.elitea.helper.FakeServer
import ai.elitea.helper.Home
import ai.elitea.helper.TestDesk
import ai.elitea.helper.client.Helper
import ai.elitea.helper.program
import ai.elitea.helper.protocol.*
import com.google.gson.JsonPrimitive
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** An IDE with ELITEA's own plugin: it has the options in memory, and rewrites the file whenever it saves. */
private class StandIn(override val store: Path) : Held {
    private val file = store.resolve("elitea.xml")
    private val memory = sortedMapOf<String, String>()
    private var known = ""
    private var dirty = false
    val calls = mutableListOf<String>()
    var writable = true

    /** What happens between a write and the moment when the IDE sees it. */
    var beforeReload: () -> Unit = {}

    init {
        reload()
    }

    private fun reload() {
        val text = if (Files.exists(file)) Files.readString(file) else ""
        if (text == known) return
        known = text
        memory.clear()
        OPTION.findAll(text).forEach { memory[it.groupValues[1]] = it.groupValues[2] }
        dirty = false
    }

    /** The user changes something in the dialog of ELITEA's plugin; it is in memory alone. */
    fun set(name: String, value: String) {
        memory[name] = value
        dirty = true
    }

    /** What happens when the window is left: no look at the disk first. */
    fun deactivate() {
        if (!dirty) return
        val options = memory.entries.joinToString("") { (name, value) -> "    <option name=\"$name\" value=\"$value\" />\n" }
        known = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<project version=\"4\">\n  <component name=\"EliteASettings\">\n$options  </component>\n</project>"
        Files.writeString(file, known)
        dirty = false
    }

    override fun saveDocument() = calls("saveDocument")

    override fun saveProject() {
        calls("saveProject")
        if (!dirty) reload()
        deactivate()
    }

    override fun flush() = calls("flush")

    override fun ensureWritable(): Boolean {
        calls("ensureWritable")
        return writable
    }

    override fun refresh() {
        calls("refresh")
        beforeReload()
        reload()
    }

    private fun calls(name: String) {
        calls += name
    }

    companion object {
        val OPTION = Regex("<option name=\"([^\"]*)\" value=\"([^\"]*)\" />")

        fun options(file: Path) = OPTION.findAll(Files.readString(file)).map { it.groupValues[1] to it.groupValues[2] }.toList()
    }
}

class RaceTest {
    @TempDir
    lateinit var root: Path
    private val work = Executors.newCachedThreadPool()
    private lateinit var helper: Helper
    private lateinit var ide: StandIn
    private lateinit var desk: TestDesk
    private lateinit var flows: Flows
    private val home by lazy { Home(root) }
    private val store by lazy { Files.createDirectories(root.resolve("work/.idea")) }
    private val file by lazy { store.resolve("elitea.xml") }

    private fun <T : Any> get(method: String, params: Any, type: Class<T>) = helper.ask(method, params, type).get(30, TimeUnit.SECONDS)

    private fun select(project: Int) = get(Requests.SELECTION_SET, SetParams(project = JsonPrimitive(project)), Selection::class.java)

    private fun journey(before: String = "", test: () -> Unit) = FakeServer().use { server ->
        Helper(home, work).use { made ->
            helper = made
            get(Requests.AUTH_LOGIN, LoginParams(token = server.token, server = server.url, store = "file"), LoggedIn::class.java)
            select(4)
            if (before.isNotEmpty()) Files.writeString(file, before)
            ide = StandIn(store)
            desk = TestDesk(store, listOf(ide), work)
            flows = Flows(helper, desk)
            desk.use { test() }
        }
    }

    private fun done(flow: java.util.concurrent.CompletableFuture<*>): String {
        desk.told.clear()
        flow.get(60, TimeUnit.SECONDS)
        return desk.told.joinToString("\n") { it.first }
    }

    /** The window is left before the IDE has seen the disk, this many times: what it has in memory overwrites the file. */
    private fun overwrites(times: Int, change: () -> Unit = {}) {
        var left = times
        ide.beforeReload = {
            if (left-- > 0) {
                change()
                ide.set("mine", "typed meanwhile $left")
                ide.deactivate()
            }
        }
    }

    private fun options(): List<Pair<String, String>> = if (Files.exists(file)) StandIn.options(file) else emptyList()

    private fun intact(vararg wanted: Pair<String, String>) {
        val options = options()
        assertEquals(options.map { it.first }.distinct(), options.map { it.first }, "nothing is doubled")
        assertTrue(options.containsAll(wanted.toList()), options.toString())
    }

    @Test
    fun `values of the plugin and a change that is only in memory both survive`() = journey(OTHER) {
        ide.set("mine", "new")
        val said = done(flows.apply())
        assertTrue("1 file written" in said, said)
        ide.deactivate()
        intact("mine" to "new", "projectId" to "4")
        ide.set("mine", "newer")
        ide.deactivate()
        intact("mine" to "newer", "projectId" to "4")
        val preview = listOf("saveDocument", "saveProject", "flush")
        val write = listOf("saveDocument", "saveProject", "flush", "ensureWritable", "refresh", "saveProject", "flush")
        assertEquals(preview + write, ide.calls)
    }

    @Test
    fun `an apply that the IDE overwrites is done once more`() = journey(OTHER) {
        overwrites(1)
        val said = done(flows.apply())
        assertTrue("1 file written" in said, said)
        intact("mine" to "typed meanwhile 0", "projectId" to "4")
    }

    @Test
    fun `an apply over which the IDE puts an older value is done once more`() = journey(OTHER) {
        done(flows.apply())
        ide.refresh()
        select(5)
        overwrites(1)
        val said = done(flows.apply())
        assertTrue("1 file written" in said, said)
        intact("mine" to "typed meanwhile 0", "projectId" to "5")
    }

    @Test
    fun `a value that a person typed meanwhile is not overwritten`() = journey(OTHER) {
        overwrites(1) { ide.set("projectId", "77") }
        val said = done(flows.apply())
        assertTrue(REWRITTEN in said, said)
        intact("projectId" to "77")
    }

    @Test
    fun `an undo that the IDE overwrites is done once more`() = journey(OTHER) {
        done(flows.apply())
        select(5)
        done(flows.apply())
        intact("projectId" to "5")
        overwrites(1)
        val said = done(flows.undo())
        assertTrue("1 file written" in said, said)
        intact("projectId" to "4", "mine" to "typed meanwhile 0")
    }

    @Test
    fun `a removal that the IDE overwrites is told`() = journey(OTHER) {
        done(flows.apply())
        overwrites(1)
        assertTrue(REWRITTEN in done(flows.remove()))
        intact("mine" to "typed meanwhile 0", "projectId" to "4")
    }

    @Test
    fun `a repair that the IDE overwrites is done once more`() = journey(SUFFIX) {
        overwrites(1)
        val said = done(flows.repair(file))
        assertTrue("1 file written" in said, said)
        intact("llmServerUrl" to "https://elitea.example.com", "mine" to "typed meanwhile 0")
    }

    @Test
    fun `an undo or an apply that does not last the second time either is told`() = journey(OTHER) {
        done(flows.apply())
        overwrites(9)
        val undone = done(flows.undo())
        assertTrue(REWRITTEN in undone, undone)
        select(5)
        overwrites(9) { ide.set("projectId", "") }
        val applied = done(flows.apply())
        assertTrue(REWRITTEN in applied || "differ" in applied, applied)
    }

    @Test
    fun `a repair that does not last the second time either is told`() = journey(SUFFIX) {
        overwrites(9) { ide.set("llmServerUrl", "https://elitea.example.com/app/") }
        val said = done(flows.repair(file))
        assertTrue(REWRITTEN in said, said)
    }

    @Test
    fun `a file that changes after the preview is shown again`() = journey(OTHER) {
        var previews = 0
        desk.onPreview = {
            if (previews++ == 0) Files.writeString(file, OTHER.replace("old", "changed meanwhile"))
            true
        }
        val said = done(flows.apply())
        assertTrue("changed meanwhile" in said && "1 file written" in said, said)
        assertEquals(2, previews)
        intact("mine" to "changed meanwhile", "projectId" to "4")
    }

    @Test
    fun `values that differ are settled by one decision`() = journey(OTHER.replace("mine", "projectId")) {
        done(flows.apply())
        val offer = desk.offers.first { it.title == "Settle..." }
        desk.onChoose = { rows -> rows.indexOfFirst { it.value == Settle.TAKE.name } }
        desk.told.clear()
        desk.ui.execute(offer.act)
        ai.elitea.helper.eventually("it is settled", 30) { desk.told.any { "1 file written" in it.first } }
        intact("projectId" to "4")
    }

    @Test
    fun `a file of the older plugin tells what is to be done instead`() {
        Files.createDirectories(root.resolve("xdg/JetBrains/IntelliJIdea2025.1"))
        Files.createDirectories(root.resolve(".local/share/JetBrains/IntelliJIdea2025.1/elitea/lib"))
        journey {
            val old = Files.writeString(store.resolve("alita.xml"), OTHER.replace("EliteA", "Alita"))
            val said = done(flows.repair(old))
            assertTrue("Nothing can be mended" in said && "write elitea.xml beside it" in said, said)
            assertTrue(desk.offers.any { it.title == "Apply Settings" })
        }
    }

    @Test
    fun `the command line changes it beside the IDE`() = journey {
        val builder = ProcessBuilder(program.toString(), "apply", "--ide", "idea", "--scope", "workspace", "--workspace", store.parent.toString())
        builder.environment().putAll(home.environment())
        val process = builder.redirectErrorStream(true).start()
        val said = process.inputStream.bufferedReader().readText()
        assertEquals(0, process.waitFor(), said)
        ide.refresh()
        ide.set("mine", "new")
        ide.deactivate()
        intact("mine" to "new", "projectId" to "4")
        assertTrue("Everything is in order" in done(flows.apply()))
    }

    @Test
    fun `nothing is written where the file stays read-only`() = journey(OTHER) {
        ide.writable = false
        val said = done(flows.apply())
        assertTrue("read-only" in said, said)
        assertEquals(OTHER, Files.readString(file))
    }

    @Test
    fun `an open project that nobody trusts is left out`() = journey(OTHER) {
        desk.untrusted.add(store)
        done(flows.apply())
        val recent = Files.createDirectories(root.resolve("other/.idea"))
        get(Requests.CONFIG_APPLY, ApplyParams(null, listOf("idea"), listOf("workspace"), recent.parent.toString()), Applied::class.java)
        val written = Files.readString(file)
        desk.told.clear()
        val said = done(flows.undo())
        assertTrue("1 file written" in said, said)
        assertFalse(Files.exists(recent.resolve("elitea.xml")))
        assertTrue("not trusted" in done(flows.undo()))
        assertEquals(written, Files.readString(file))
    }

    private companion object {
        const val REWRITTEN = "do not stay in the file"
        const val OTHER = "<project version=\"4\">\n  <component name=\"EliteASettings\">\n    <option name=\"mine\" value=\"old\" />\n  </component>\n</project>"
        val SUFFIX = OTHER.replace("mine", "llmServerUrl").replace("old", "https://elitea.example.com/app/")
    }
}
