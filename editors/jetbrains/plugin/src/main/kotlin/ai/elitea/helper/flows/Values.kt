package ai.elitea.helper.flows

import ai.elitea.helper.protocol.TargetReport
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import javax.xml.parsers.DocumentBuilderFactory
import org.w3c.dom.Element
import org.xml.sax.SAXException

/** What stands in settings files at one moment, by the keys of which a report speaks. */
class Values private constructor(private val found: Map<Pair<String, String>, String?>) {
    /** Whether `now` still has what stood here. An IDE that saves leaves out options that have their default, so
     * some may be gone; but all of them only where it has overwritten the file with what it knew before. */
    fun lastIn(now: Values): Boolean {
        val there = found.filterValues { it != null }
        val changed = found.any { (key, value) ->
            val other = now.found[key]
            if (value == null) other != null else other != null && other != value
        }
        return !changed && (there.isEmpty() || there.keys.any { now.found[it] != null })
    }

    /** The keys that have another value in `now` than here, and the one that they had in `old`: nobody has typed
     * anything there, an IDE has put back what it knew. */
    fun putBack(old: Values, now: Values): List<Pair<String, String>> = found.filter { (key, value) ->
        val other = now.found[key]
        value != null && other != null && other != value && other == old.found[key]
    }.keys.toList()

    companion object {
        /** Reads whole files. */
        fun whole(files: List<String>): Values =
            Values(files.flatMap { file -> options(Path.of(file)).map { (key, value) -> (file to key) to value } }.toMap())

        /** Reads what the reports say was written or taken out, as it is in the files. */
        fun of(reports: List<TargetReport>): Values = Values(
            reports.flatMap { report ->
                val file = report.target.path
                val options = options(Path.of(file))
                report.keys.filter { it.outcome !in LEFT_ALONE }.map { (file to it.key) to options[it.key] }
            }.toMap(),
        )

        /** The options of a file, as `component/option`; none where it is absent or cannot be read. */
        private fun options(file: Path): Map<String, String> {
            if (!Files.exists(file)) return emptyMap()
            val root = try {
                val builder = DocumentBuilderFactory.newInstance().apply {
                    setFeature("http://apache.org/xml/features/disallow-doctype-decl", true)
                }.newDocumentBuilder().apply { setErrorHandler(null) }
                Files.newInputStream(file).use(builder::parse).documentElement
            } catch (_: SAXException) {
                return emptyMap()
            } catch (_: IOException) {
                return emptyMap()
            }
            return children(root, "component").flatMap { component ->
                children(component, "option").map { option ->
                    "${component.getAttribute("name")}/${option.getAttribute("name")}" to option.getAttribute("value")
                }
            }.toMap()
        }

        private fun children(parent: Element, name: String): List<Element> =
            (0 until parent.childNodes.length).mapNotNull { parent.childNodes.item(it) as? Element }
                .filter { it.tagName == name }

        /** Outcomes of keys that are the user's. */
        private val LEFT_ALONE = setOf("conflict", "gone", "released", "left", "refusedSecret")
    }
}
