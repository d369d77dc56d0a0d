package ai.elitea.helper.flows

import ai.elitea.helper.FakeServer
import ai.elitea.helper.Home
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
import org.junit.jupiter.api.Assertions.assertNull
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

    private fun journey(test: (Helper, Path, Home) -> Unit) {
        val project = Files.createDirectories(root.resolve("work/.idea"))
        val home = Home(root)
        FakeServer().use { server ->
            Helper(home, work).use { helper ->
                fun <T : Any> get(method: String, params: Any, type: Class<T>) = helper.ask(method, params, type).get(30, TimeUnit.SECONDS)
                get(Requests.AUTH_LOGIN, LoginParams(token = server.token, server = server.url, store = "file"), LoggedIn::class.java)
                get(Requests.SELECTION_SET, SetParams(project = JsonPrimitive(4)), Selection::class.java)
                test(helper, project, home)
            }
        }
    }

    private fun apply(helper: Helper, project: Path): Applied =
        helper.ask(Requests.CONFIG_APPLY, ApplyParams(null, listOf("idea"), listOf("workspace"), project.parent.toString()), Applied::class.java)
            .get(30, TimeUnit.SECONDS)

    private fun plan(helper: Helper, project: Path): Plan =
        helper.ask(Requests.CONFIG_PLAN, TargetParams(listOf("idea"), listOf("workspace"), project.parent.toString()), Plan::class.java)
            .get(30, TimeUnit.SECONDS)

    private fun holds(helper: Helper, project: Path) =
        plan(helper, project).targets.all { it.state == TargetState.IN_ORDER }

    private fun intact(project: Path, theirs: Pair<String, String>) {
        val options = StandIn.options(project.resolve("elitea.xml"))
        assertEquals(options.map { it.first }.distinct(), options.map { it.first })
        assertTrue("projectId" to "4" in options, options.toString())
        assertTrue(theirs in options, options.toString())
    }

    @Test
    fun `values of the plugin and a change that is only in memory both survive`() = journey { helper, project, _ ->
        Files.writeString(project.resolve("elitea.xml"), "<project version=\"4\">\n  <component name=\"EliteASettings\">\n    <option name=\"mine\" value=\"old\" />\n  </component>\n</project>")
        val ide = StandIn(project)
        ide.set("mine", "new")
        val outcome = HeldWrite.run(listOf(ide), { apply(helper, project) }, { holds(helper, project) })
        assertTrue(outcome!!.holds)
        ide.deactivate()
        intact(project, "mine" to "new")
        ide.set("mine", "newer")
        ide.deactivate()
        intact(project, "mine" to "newer")
        assertEquals(
            listOf("saveDocument", "saveProject", "flush", "ensureWritable", "refresh", "saveProject", "flush"),
            ide.calls,
        )
    }

    @Test
    fun `an old state in memory that overwrites ours is told`() = journey { helper, project, _ ->
        apply(helper, project)
        val ide = StandIn(project)
        helper.ask(Requests.SELECTION_SET, SetParams(project = JsonPrimitive(5)), Selection::class.java).get(30, TimeUnit.SECONDS)
        var first = true
        val outcome = HeldWrite.run(
            listOf(ide),
            {
                apply(helper, project).also {
                    // The window is left before the IDE has seen the disk.
                    if (first) {
                        ide.set("mine", "typed meanwhile")
                        ide.deactivate()
                    }
                    first = false
                }
            },
            { Flows.stays(it, plan(helper, project)) },
        )!!
        val options = StandIn.options(project.resolve("elitea.xml"))
        assertTrue("mine" to "typed meanwhile" in options)
        val holds = "projectId" to "5" in options
        assertTrue(holds || outcome.result.targets.single().state == TargetState.CONFLICT, options.toString())
    }

    @Test
    fun `the command line changes it beside the IDE`() = journey { helper, project, home ->
        val ide = StandIn(project)
        val builder = ProcessBuilder(program.toString(), "apply", "--ide", "idea", "--scope", "workspace", "--workspace", project.parent.toString())
        builder.environment().putAll(home.environment())
        val process = builder.redirectErrorStream(true).start()
        val said = process.inputStream.bufferedReader().readText()
        assertEquals(0, process.waitFor(), said)
        ide.refresh()
        ide.set("mine", "new")
        ide.deactivate()
        intact(project, "mine" to "new")
        assertTrue(holds(helper, project))
    }

    @Test
    fun `nothing is written where the file stays read-only`() {
        val project = Files.createDirectories(root.resolve("work/.idea"))
        val ide = StandIn(project).apply { writable = false }
        var written = false
        assertNull(HeldWrite.run(listOf(ide), { written = true }, { true }))
        assertFalse(written)
    }

    @Test
    fun `it tries once more, and then says so`() {
        val ide = StandIn(Files.createDirectories(root.resolve("work/.idea")))
        var writes = 0
        assertFalse(HeldWrite.run(listOf(ide), { writes++ }, { false })!!.holds)
        assertEquals(2, writes)
    }
}
