package ai.elitea.helper.platform

import ai.elitea.helper.Texts
import javax.xml.parsers.DocumentBuilderFactory
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.w3c.dom.Element

/** JetBrains' checker looks neither at classes nor at attributes. */
class DescriptorTest {
    private val root: Element = DocumentBuilderFactory.newInstance().newDocumentBuilder()
        .parse(javaClass.getResourceAsStream("/META-INF/plugin.xml")).documentElement

    private fun all(name: String): List<Element> {
        val nodes = root.getElementsByTagName(name)
        return (0 until nodes.length).map { nodes.item(it) as Element }
    }

    private fun children(parent: Element): List<Element> =
        (0 until parent.childNodes.length).mapNotNull { parent.childNodes.item(it) as? Element }

    private fun attributes(element: Element) =
        (0 until element.attributes.length).associate { element.attributes.item(it).let { one -> one.nodeName to one.nodeValue } }

    /** The extension points we use: their attributes, and what the class must be. */
    private val points = mapOf(
        "applicationConfigurable" to (setOf("parentId", "id", "instance", "bundle", "key") to "com.intellij.openapi.options.SearchableConfigurable"),
        "search.optionContributor" to (setOf("implementation") to "com.intellij.ide.ui.search.SearchableOptionContributor"),
        "statusBarWidgetFactory" to (setOf("id", "implementation", "order") to "com.intellij.openapi.wm.StatusBarWidgetFactory"),
        "notificationGroup" to (setOf("id", "displayType", "bundle", "key", "isLogByDefault") to null),
        "editorNotificationProvider" to (setOf("implementation") to "com.intellij.ui.EditorNotificationProvider"),
    )

    @Test
    fun `every extension is what its point wants`() {
        val extensions = all("extensions").flatMap(::children)
        assertTrue(extensions.size >= points.size)
        for (extension in extensions) {
            val (known, type) = points.getValue(extension.tagName)
            val given = attributes(extension)
            assertTrue(known.containsAll(given.keys), "${extension.tagName}: ${given.keys}")
            val name = given["implementation"] ?: given["instance"]
            if (type != null) {
                val made = Class.forName(name).getDeclaredConstructor().newInstance()
                assertTrue(Class.forName(type).isInstance(made), "$name is no $type")
            }
            given["bundle"]?.let { assertEquals(Texts.BUNDLE, it) }
            given["key"]?.let { assertTrue(Texts[it].isNotBlank()) }
        }
    }

    @Test
    fun `names in the descriptor are those in the code`() {
        val page = all("applicationConfigurable").single()
        assertEquals(SettingsPage().id, page.getAttribute("id"))
        assertEquals(SettingsPage().displayName, Texts[page.getAttribute("key")])
        assertEquals(WidgetFactory().id, all("statusBarWidgetFactory").single().getAttribute("id"))
        assertEquals("messages.EliteaHelper", all("resource-bundle").single().textContent)
        assertNotNull(javaClass.getResource("/messages/EliteaHelper.properties"))
    }

    @Test
    fun `every action is there and has its words`() {
        val actions = all("action")
        assertEquals(16, actions.size)
        for (action in actions) {
            assertEquals(setOf("id", "class"), attributes(action).keys)
            val id = action.getAttribute("id")
            Class.forName(action.getAttribute("class")).getDeclaredConstructor().newInstance() as FlowAction
            for (part in listOf("text", "description")) assertTrue(Texts["action.$id.$part"].isNotBlank())
        }
        assertTrue(all("group").all { it.getAttribute("id").isNotEmpty() })
    }

    @Test
    fun `every text of the code is there, and every text is used`() {
        val bundle = java.util.ResourceBundle.getBundle(Texts.BUNDLE)
        val sources = java.nio.file.Files.walk(java.nio.file.Path.of("src/main/kotlin")).use { files ->
            files.filter { it.toString().endsWith(".kt") }.map { java.nio.file.Files.readString(it) }.toList()
        }.joinToString("\n")
        val named = Regex("Texts(?:\\.get\\(|\\[)\"([a-zA-Z.]+)\"[,\\])]").findAll(sources).map { it.groupValues[1] }.toSet()
        assertTrue(named.size > 50)
        assertEquals(emptySet<String>(), named - bundle.keySet())
        val made = Regex("^(action|group|target|severity|detail|notification|settings\\.name)\\b")
        val unused = bundle.keySet().filter { it !in named && "\"$it\"" !in sources && made.find(it) == null }
        assertEquals(emptyList<String>(), unused)
    }

    @Test
    fun `nothing is named as ELITEA's own plugin names its settings`() {
        val state = Settings::class.java.getAnnotation(com.intellij.openapi.components.State::class.java)
        assertTrue(state.name !in setOf("EliteASettings", "AlitaSettings"))
        assertEquals("elitea-helper.xml", state.storages.single().value)
        for (icon in listOf("", "_dark")) assertNotNull(javaClass.getResource("/META-INF/pluginIcon$icon.svg"))
    }
}
