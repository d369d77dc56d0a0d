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

    @Test
    fun `the IDE reads what was applied`() {
        val work = Executors.newCachedThreadPool()
        var read = 0
        FakeServer().use { server ->
            Helper(Home(root), work).use { helper ->
                fun <T : Any> get(method: String, params: Any, type: Class<T>) = helper.ask(method, params, type).get(60, TimeUnit.SECONDS)
                get(Requests.AUTH_LOGIN, LoginParams(token = server.token, server = server.url, store = "file"), LoggedIn::class.java)
                get(Requests.SELECTION_SET, SetParams(project = JsonPrimitive(4)), Selection::class.java)
                starts().forEachIndexed { index, (name, bytes) ->
                    val project = Files.createDirectories(root.resolve("p$index/.idea"))
                    val file = project.resolve("elitea.xml")
                    Files.write(file, bytes)
                    val applied = get(Requests.CONFIG_APPLY, ApplyParams(null, listOf("idea"), listOf("workspace"), project.parent.toString()), Applied::class.java)
                    val report = applied.targets.single()
                    if (report.state == TargetState.WRITTEN) {
                        read++
                        val bean = bean(file)
                        assertEquals(server.url, bean.llmServerUrl, name)
                        assertEquals("4", bean.projectId, name)
                        assertTrue(bean.llmCustomModelEnabled, name)
                    }
                }
            }
        }
        work.shutdown()
        assertTrue(read >= 2, "only $read files were written")
    }
}
