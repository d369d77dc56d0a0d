package ai.elitea.helper.platform

import ai.elitea.helper.FakeServer
import ai.elitea.helper.Home
import ai.elitea.helper.client.Helper
import ai.elitea.helper.protocol.*
import com.google.gson.JsonPrimitive
import com.intellij.util.xmlb.XmlSerializer
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import org.jdom.Element
import org.jdom.input.SAXBuilder
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** The options of ELITEA's own plugin, as the IDE's serializer reads them. */
class EliteABean {
    @JvmField var displayType = ""
    @JvmField var integrationName = ""
    @JvmField var integrationUid = ""
    @JvmField var llmCustomModelEnabled = false
    @JvmField var llmCustomModelName = ""
    @JvmField var llmServerUrl = ""
    @JvmField var projectId = ""
    @JvmField var provider = ""
}

class SerializerTest {
    @TempDir
    lateinit var root: Path

    private fun bean(file: Path): EliteABean {
        val component = SAXBuilder().build(file.toFile()).rootElement.children
            .filterIsInstance<Element>().single { it.getAttributeValue("name") in setOf("EliteASettings", "AlitaSettings") }
        return XmlSerializer.deserialize(component, EliteABean::class.java)
    }

    /** Files as they are found: those of the corpus where it lies, and ours. */
    private fun starts(): List<Pair<String, ByteArray>> {
        val own = listOf(
            "empty" to "",
            "other" to "<project version=\"4\">\n  <component name=\"Other\" />\n</project>",
            "twice" to "<project version=\"4\">\n  <component name=\"EliteASettings\">\n    <option name=\"projectId\" value=\"1\" />\n    <option name=\"projectId\" value=\"\" />\n  </component>\n</project>",
        ).map { it.first to it.second.toByteArray() }
        val folder = Path.of("../../../../shared/corpus/idea")
        if (!Files.isDirectory(folder)) {
            println("skipped: there is no $folder")
            return own
        }
        return own + Files.walk(folder).use { files -> files.filter { it.toString().endsWith(".xml") }.sorted().toList() }
            .map { it.fileName.toString() to Files.readAllBytes(it) }
    }

    private fun <T : Any> Helper.get(method: String, params: Any, type: Class<T>) = ask(method, params, type).get(60, TimeUnit.SECONDS)

    private fun signedIn(test: (FakeServer, Helper) -> Unit) {
        val work = Executors.newCachedThreadPool()
        FakeServer().use { server ->
            Helper(Home(root), work).use { helper ->
                helper.get(Requests.AUTH_LOGIN, LoginParams(token = server.token, server = server.url, store = "file"), LoggedIn::class.java)
                helper.get(Requests.SELECTION_SET, SetParams(project = JsonPrimitive(4)), Selection::class.java)
                test(server, helper)
            }
        }
        work.shutdown()
    }

    private fun project(name: String) = Files.createDirectories(root.resolve("$name/.idea"))

    private fun here(store: Path) = TargetParams(listOf("idea"), listOf("workspace"), store.parent.toString())

    private fun EliteABean.values() = listOf(
        displayType, integrationName, integrationUid, llmCustomModelEnabled, llmCustomModelName, llmServerUrl, projectId, provider,
    )

    /** Lets build 183 read the files and write them back, each as it would save them. */
    private fun rewrite(files: List<Path>) {
        val jars = System.getProperty("elitea.platform183").split(':').map(Path::of)
        val missing = jars.filterNot(Files::exists)
        check(missing.isEmpty()) { "not there: $missing" }
        val java = Path.of(System.getProperty("java.home"), "bin/java").toString()
        val command = listOf(java, "-cp", jars.joinToString(":"), "src/test/java183/Rewrite.java") + files.map(Path::toString)
        val process = ProcessBuilder(command).redirectErrorStream(true).start()
        val said = process.inputStream.bufferedReader().readText()
        assertEquals(0, process.waitFor(), said)
    }

    @Test
    fun `the IDE reads what was applied, and keeps it when it saves`() = signedIn { server, helper ->
        val written = starts().mapIndexedNotNull { index, (name, bytes) ->
            val store = project("p$index")
            val file = Files.write(store.resolve("elitea.xml"), bytes)
            val here = here(store)
            val applied = helper.get(Requests.CONFIG_APPLY, ApplyParams(null, here.ides, here.scopes, here.workspace), Applied::class.java)
            if (applied.targets.single().state != TargetState.WRITTEN) return@mapIndexedNotNull null
            val bean = bean(file)
            assertEquals(server.url, bean.llmServerUrl, name)
            assertEquals("4", bean.projectId, name)
            assertTrue(bean.llmCustomModelEnabled, name)
            Triple(name, store, bean)
        }
        println("${written.size} files were written and read")
        assertTrue(written.size >= 2, "only ${written.size} files were written")
        rewrite(written.map { it.second.resolve("elitea.xml") })
        for ((name, store, bean) in written) {
            assertEquals(bean.values(), bean(store.resolve("elitea.xml")).values(), name)
            val plan = helper.get(Requests.CONFIG_PLAN, here(store), Plan::class.java)
            assertEquals(TargetState.IN_ORDER, plan.targets.single().state, name)
        }
    }

    @Test
    fun `the IDE reads what was applied for the older plugin, and keeps it when it saves`() = signedIn { server, helper ->
        Files.createDirectories(root.resolve("xdg/JetBrains/IntelliJIdea2025.1"))
        Files.createDirectories(root.resolve(".local/share/JetBrains/IntelliJIdea2025.1/alita/lib"))
        val store = project("old")
        val here = here(store)
        val applied = helper.get(Requests.CONFIG_APPLY, ApplyParams(null, here.ides, here.scopes, here.workspace), Applied::class.java)
        val file = store.resolve("alita.xml")
        assertEquals(file.toString(), applied.targets.single().target.path)
        val bean = bean(file).values()
        assertTrue(server.url in bean && "4" in bean, bean.toString())
        rewrite(listOf(file))
        assertEquals(bean, bean(file).values())
    }

    /** A whole file of ours, spoilt in ways that a repair mends. */
    private fun spoilings(whole: String): Map<String, Pair<String, String>> {
        val old = whole.replace("EliteASettings", "AlitaSettings")
        val option = Regex(" *<option name=\"projectId\".*\n").find(whole)!!.value
        return mapOf(
            "no end" to ("elitea.xml" to whole.replace("</project>", "")),
            "no end of the component" to ("elitea.xml" to whole.replace("</component>", "")),
            "an option twice" to ("elitea.xml" to whole.replace(option, option + option)),
            "an address with a path" to ("elitea.xml" to whole.replace(Regex("(llmServerUrl\" value=\"[^\"]*)"), "$1/app/")),
            "a boolean that is none" to ("elitea.xml" to whole.replace("value=\"true\"", "value=\"True\"")),
            "the older component" to ("elitea.xml" to old),
            "the older file, with no end" to ("alita.xml" to old.replace("</project>", "")),
            "a naked ampersand" to ("elitea.xml" to whole.replace("<project ", "<project name=\"R&D\" ")),
        )
    }

    @Test
    fun `the IDE reads what was repaired, and keeps it when it saves`() = signedIn { server, helper ->
        // The rules of the older generation are for those who have ELITEA's plugin.
        Files.createDirectories(root.resolve("xdg/JetBrains/IntelliJIdea2025.1"))
        Files.createDirectories(root.resolve(".local/share/JetBrains/IntelliJIdea2025.1/elitea/lib"))
        val source = project("whole")
        val here = here(source)
        helper.get(Requests.CONFIG_APPLY, ApplyParams(null, here.ides, here.scopes, here.workspace), Applied::class.java)
        val whole = Files.readString(source.resolve("elitea.xml"))
        val wanted = bean(source.resolve("elitea.xml")).values()
        val mended = spoilings(whole).entries.mapIndexed { index, (name, spoilt) ->
            val file = Files.writeString(project("r$index").resolve(spoilt.first), spoilt.second)
            assertTrue(spoilt.second != whole, name)
            repair(helper, file, name)
            val bean = bean(file)
            assertEquals(wanted, bean.values(), name)
            file
        }
        rewrite(mended)
        for (file in mended) assertEquals(wanted, bean(file).values(), file.toString())
        assertEquals(server.url, bean(mended.first()).llmServerUrl)
    }

    /** Repairs a file; where a person has to choose, the first way is taken. */
    private fun repair(helper: Helper, file: Path, name: String) {
        var choices = emptyList<RepairChoice>()
        repeat(5) {
            val params = RepairParams(choices = choices, paths = listOf(file.toString()))
            val done = helper.get(Requests.DOCTOR_REPAIR, params, Repaired::class.java)
            val open = done.files.flatMap { it.left }.filter { it.fix?.ways.orEmpty().isNotEmpty() && it.place != null }
            if (done.history != null && open.isEmpty()) return
            val first = open.firstOrNull() ?: error("$name: ${done.files}")
            choices = choices + RepairChoice(first.rule, first.place!!.file, first.place.line, 0)
        }
        error("$name is not mended")
    }
}
