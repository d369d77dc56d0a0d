package ai.elitea.helper.client

import ai.elitea.helper.Texts
import ai.elitea.helper.protocol.PROTOCOL
import ai.elitea.helper.protocol.Version
import com.google.gson.Gson
import com.google.gson.JsonParseException
import java.io.File
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import java.util.concurrent.TimeUnit

/** Something failed: what happened, and what to do next. */
class HelperException(
    /** Stable name, such as `E_TOKEN_EXPIRED`, or one of ours that begins with `E_PLUGIN_`. */
    val code: String,
    message: String,
    /** What to do next; may be empty. */
    val hint: String = "",
    cause: Throwable? = null,
) : RuntimeException(message, cause) {
    /** Both, as people read them. */
    val text: String
        get() = if (hint.isEmpty()) "$message." else "$message. ${hint.replaceFirstChar(Char::uppercaseChar)}."
}

/** Where a helper is looked for. Paths that are not absolute are never followed. */
class Places(
    /** The user's setting; empty: none. */
    val setting: String,
    /** The plugin's own folder; none: it cannot be told. */
    val plugin: Path?,
    /** Where a bundled helper is copied to if the plugin's folder is read-only. */
    val copies: Path,
    /** The `PATH` of the login shell. */
    val path: String,
    windows: Boolean = File.separatorChar == '\\',
) {
    private val name = if (windows) "elitea-helper.exe" else "elitea-helper"

    /** The helper to start: that of the setting, else the bundled one, else the first on the `PATH`. */
    fun find(): Path {
        val wished = setting.trim()
        if (wished.isNotEmpty()) {
            val path = absolute(wished)
                ?: throw HelperException(MISSING, Texts["program.relative", wished], Texts["program.setting.hint"])
            if (!Files.isRegularFile(path)) {
                throw HelperException(MISSING, Texts["program.absent", wished], Texts["program.setting.hint"])
            }
            return path
        }
        val bundled = plugin?.resolve("bin")?.resolve(name)
        if (bundled != null && Files.isRegularFile(bundled)) return executable(bundled)
        return path.split(File.pathSeparatorChar).firstNotNullOfOrNull { folder ->
            absolute(folder)?.resolve(name)?.takeIf { Files.isRegularFile(it) && Files.isExecutable(it) }
        } ?: throw HelperException(MISSING, Texts["program.none"], Texts["program.none.hint"])
    }

    private fun absolute(text: String): Path? = try {
        Path.of(text).takeIf { it.isAbsolute }
    } catch (_: java.nio.file.InvalidPathException) {
        null
    }

    /** Unpacking takes the executable bit away; in a read-only folder it cannot be set. */
    private fun executable(bundled: Path): Path {
        if (Files.isExecutable(bundled) || bundled.toFile().setExecutable(true)) return bundled
        val copy = copies.resolve(name)
        try {
            Files.createDirectories(copies)
            val part = Files.createTempFile(copies, name, ".part")
            Files.copy(bundled, part, StandardCopyOption.REPLACE_EXISTING)
            part.toFile().setExecutable(true)
            Files.move(part, copy, StandardCopyOption.REPLACE_EXISTING)
        } catch (failed: IOException) {
            throw HelperException(MISSING, Texts["program.copy", copy.toString()], Texts["program.setting.hint"], failed)
        }
        return copy
    }

    companion object {
        /** No helper that could be started. */
        const val MISSING = "E_PLUGIN_NO_HELPER"
    }
}

/** Asks a helper for its version, and refuses one that speaks another protocol. Never from the UI thread. */
fun checkVersion(
    program: Path,
    environment: Map<String, String>,
    seconds: Long = 10,
    born: (Process) -> Unit = {},
): Version {
    fun unusable(key: String, vararg filling: Any, cause: Throwable? = null) = HelperException(
        "E_PLUGIN_WRONG_HELPER",
        Texts.get(key, program.toString(), *filling),
        Texts["program.update.hint"],
        cause,
    )
    val process = try {
        val builder = ProcessBuilder(program.toString(), "--version", "--json")
        builder.environment().run {
            clear()
            putAll(environment)
        }
        builder.redirectError(ProcessBuilder.Redirect.DISCARD).start()
    } catch (failed: IOException) {
        throw unusable("program.start", cause = failed)
    }
    born(process)
    try {
        process.outputStream.close()
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) throw unusable("program.silent")
        val said = String(process.inputStream.readNBytes(64 * 1024), Charsets.UTF_8)
        val version = try {
            Gson().fromJson(said, Version::class.java)
        } catch (_: JsonParseException) {
            null
        }
        // Gson leaves null where a field is missing, whatever the type says.
        @Suppress("SENSELESS_COMPARISON")
        if (version == null || version.version == null) throw unusable("program.other")
        if (version.protocol != PROTOCOL) throw unusable("program.protocol", version.version, version.protocol, PROTOCOL)
        return version
    } finally {
        process.destroyForcibly()
    }
}
