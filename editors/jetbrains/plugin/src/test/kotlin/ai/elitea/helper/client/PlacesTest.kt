package ai.elitea.helper.client

import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class PlacesTest {
    @TempDir
    lateinit var root: Path

    private fun made(path: String, executable: Boolean = true): Path {
        val file = root.resolve(path)
        Files.createDirectories(file.parent)
        Files.writeString(file, "program")
        file.toFile().setExecutable(executable)
        return file
    }

    private fun places(setting: String = "", plugin: Path? = null, path: String = "") =
        Places(setting, plugin, root.resolve("copies"), path, windows = false)

    @Test
    fun `the setting is followed and nothing else beside it`() {
        val own = made("own/helper")
        made("plugin/bin/elitea-helper")
        assertEquals(own, places(own.toString(), root.resolve("plugin")).find())
        val absent = root.resolve("absent").toString()
        assertTrue(absent in assertThrows(HelperException::class.java) { places(absent, root.resolve("plugin")).find() }.text)
        assertThrows(HelperException::class.java) { places("helper", root.resolve("plugin")).find() }
    }

    @Test
    fun `the bundled one is made executable`() {
        val bundled = made("plugin/bin/elitea-helper", executable = false)
        assertEquals(bundled, places(plugin = root.resolve("plugin"), path = root.toString()).find())
        assertTrue(Files.isExecutable(bundled))
    }

    @Test
    fun `a relative entry of the PATH is passed over`() {
        val found = made("b/elitea-helper")
        made("a/elitea-helper", executable = false)
        val path = listOf(".", "", "bin", "\u0000", root.resolve("a"), root.resolve("b")).joinToString(File.pathSeparator)
        assertEquals(found, places(path = path).find())
        assertEquals(Places.MISSING, assertThrows(HelperException::class.java) { places(path = ".").find() }.code)
    }

    @Test
    fun `a helper that dies again and again is given up`() {
        val backoff = Backoff()
        assertEquals(listOf(500L, 1000L, 2000L, 4000L, null), (1..5).map { backoff.died(it * 1000L) })
        backoff.forget()
        assertEquals(500L, backoff.died(6000))
        assertEquals(1000L, backoff.died(100_000))
        assertEquals(500L, backoff.died(400_000))
        assertNull(Backoff(most = 1).died(0))
    }
}
