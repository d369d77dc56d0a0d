import com.jetbrains.plugin.structure.base.plugin.PluginCreationFail
import com.jetbrains.plugin.structure.base.plugin.PluginCreationResult
import com.jetbrains.plugin.structure.base.plugin.PluginCreationSuccess
import com.jetbrains.plugin.structure.intellij.plugin.IdePlugin
import com.jetbrains.plugin.structure.intellij.plugin.IdePluginManager
import java.net.URI
import java.nio.file.FileSystems
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** JetBrains' own checker over the plugin's archives. */
class ArchivesTest {
    @TempDir
    lateinit var root: Path

    private val archives: List<Path> = listOf("../plugin/target", "../plugin/target/tried").map(Path::of)
        .filter(Files::isDirectory).flatMap { folder ->
            Files.list(folder).use { files ->
                files.filter { it.fileName.toString().matches(Regex("elitea-helper-jetbrains-.*\\.zip")) }.sorted().toList()
            }
        }

    /** The system and the architecture that an archive is for; none: it has no helper in it. */
    private fun system(archive: Path) = Regex("-(linux|mac|windows)-(x86_64|arm64)\\.zip$").find(archive.fileName.toString())?.destructured

    private fun check(archive: Path): PluginCreationResult<IdePlugin> =
        IdePluginManager.createManager(Files.createDirectories(root.resolve("unpacked"))).createPlugin(archive)

    private fun entries(zip: Path): List<String> = FileSystems.newFileSystem(zip).use { system ->
        Files.walk(system.getPath("/")).use { files -> files.filter(Files::isRegularFile).map(Path::toString).toList() }
    }

    @Test
    fun `there is one without a helper, and one for each system`() {
        val systems = archives.map { system(it)?.toList()?.joinToString("-") }
        assertTrue(null in systems, "mvn package comes first")
        if (System.getenv("ELITEA_TESTS_RUN") != null) {
            val wanted = setOf(null, "linux-x86_64", "linux-arm64", "mac-arm64", "mac-x86_64", "windows-x86_64")
            assertEquals(wanted, systems.toSet())
        }
    }

    @Test
    fun `each is accepted without a word`() {
        assertTrue(archives.isNotEmpty(), "mvn package comes first")
        for (archive in archives) {
            val result = check(archive)
            assertTrue(result is PluginCreationSuccess, "$archive: $result")
            val made = result as PluginCreationSuccess
            assertEquals(emptyList<Any>(), made.warnings, archive.toString())
            assertEquals(emptyList<Any>(), made.unacceptableWarnings, archive.toString())
            val system = system(archive)
            assertEquals(if (system == null) 251 else 261, made.plugin.sinceBuild?.baselineVersion)
            assertEquals(null, made.plugin.untilBuild)
            val wanted = listOf("com.intellij.modules.platform") + system?.toList()?.let { (os, architecture) ->
                listOf("com.intellij.modules.os.$os", "com.intellij.modules.arch.$architecture")
            }.orEmpty()
            assertEquals(wanted, made.plugin.dependsList.map { it.pluginId })
            assertEquals(setOf("com.intellij.jetbrains.client"), made.plugin.incompatibleWith.toSet())
            system?.toList()?.let { (os, architecture) ->
                assertTrue(made.plugin.pluginVersion!!.endsWith("-$os-$architecture"), made.plugin.pluginVersion)
            }
            println("${archive.fileName}: ${Files.size(archive)} bytes, accepted")
        }
    }

    @Test
    fun `nothing of others is in them but the two libraries`() {
        for (archive in archives) {
            val names = entries(archive)
            val jars = names.filter { it.endsWith(".jar") }.map { it.substringAfterLast('/').substringBefore("-0.").substringBefore("-1.").substringBefore("-2.") }
            assertEquals(setOf("elitea-helper-plugin", "org.eclipse.lsp4j.jsonrpc", "gson"), jars.toSet())
            val programs = names.filter { "/bin/" in it }
            val name = when (system(archive)?.component1()) {
                null -> emptyList()
                "windows" -> listOf("/elitea-helper/bin/elitea-helper.exe")
                else -> listOf("/elitea-helper/bin/elitea-helper")
            }
            assertEquals(name, programs)
            val jar = root.resolve("own-${archive.fileName}.jar")
            FileSystems.newFileSystem(archive).use { system ->
                val own = Files.walk(system.getPath("/")).use { files -> files.filter { "elitea-helper-plugin-" in it.toString() && it.toString().endsWith(".jar") }.findFirst().get() }
                Files.copy(own, jar, StandardCopyOption.REPLACE_EXISTING)
            }
            val foreign = entries(jar).filter { it.endsWith(".class") && !it.startsWith("/ai/elitea/helper/") }
            assertEquals(emptyList<String>(), foreign)
        }
    }

    @Test
    fun `a spoilt descriptor is refused`() {
        val spoilings = listOf<(String) -> String>(
            { it.replace(Regex("<name>.*</name>"), "") },
            { it.replace("since-build=\"251\"", "since-build=\"251.*\"") },
            { it.replace("</idea-plugin>", "") },
            { it.replace("ELITEA Helper</name>", "ELITEA Helper plugin</name>") },
        )
        val plain = archives.first { it.fileName.toString().matches(Regex("elitea-helper-jetbrains-[0-9.]+\\.zip")) }
        val jar = root.resolve("own.jar")
        FileSystems.newFileSystem(plain).use { system ->
            val own = Files.walk(system.getPath("/")).use { files -> files.filter { "elitea-helper-plugin-" in it.toString() && it.toString().endsWith(".jar") }.findFirst().get() }
            Files.copy(own, jar)
        }
        spoilings.forEachIndexed { index, spoil ->
            val copy = root.resolve("spoilt-$index.jar")
            Files.copy(jar, copy)
            FileSystems.newFileSystem(URI("jar:" + copy.toUri()), emptyMap<String, Any>()).use { system ->
                val descriptor = system.getPath("/META-INF/plugin.xml")
                val text = Files.readString(descriptor)
                val spoilt = spoil(text)
                assertTrue(spoilt != text, "spoiling $index does nothing")
                Files.writeString(descriptor, spoilt)
            }
            val result = check(copy)
            val accepted = result is PluginCreationSuccess && result.warnings.isEmpty() && result.unacceptableWarnings.isEmpty()
            assertTrue(!accepted, "spoiling $index is accepted: $result")
            assertTrue(result is PluginCreationFail || result is PluginCreationSuccess)
        }
    }
}
