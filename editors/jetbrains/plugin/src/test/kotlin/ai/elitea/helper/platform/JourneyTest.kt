package ai.elitea.helper.platform

import ai.elitea.helper.FakeServer
import ai.elitea.helper.children
import ai.elitea.helper.eventually
import ai.elitea.helper.program
import ai.elitea.helper.standIn
import ai.elitea.helper.threads
import com.intellij.ide.BrowserUtil
import com.intellij.ide.actions.RevealFileAction
import com.intellij.openapi.fileChooser.FileChooser
import com.intellij.openapi.ui.DialogWrapper
import java.awt.Container
import java.nio.file.Files
import java.nio.file.Path
import javax.swing.JComponent
import javax.swing.JPasswordField
import javax.swing.JTextArea
import javax.swing.JTextField
import javax.swing.SwingUtilities
import javax.swing.text.JTextComponent
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** Every action from the click to its end, with the real helper and the fake server. */
class JourneyTest {
    @TempDir
    lateinit var root: Path
    private lateinit var server: FakeServer
    private lateinit var ide: Ide
    private val file get() = ide.store.resolve("elitea.xml")

    @BeforeEach
    fun start() {
        val home = "HOME='$root' XDG_CONFIG_HOME='$root/xdg' ELITEA_HELPER_CONFIG_DIR='$root/config' ELITEA_HELPER_STATE_DIR='$root/state'"
        ide = Ide(root, standIn(root, "exec env $home '$program' \"\$@\""))
        server = FakeServer()
        // There is no keychain here.
        Files.createDirectories(root.resolve("config"))
        Files.writeString(root.resolve("config/config.toml"), "[profile.default]\nstore = \"file\"\n")
    }

    @AfterEach
    fun stop() {
        ide.close()
        server.close()
        eventually("no process is left") { children().isEmpty() }
        eventually("no thread is left") { threads().isEmpty() }
    }

    private fun parts(of: Container): List<JComponent> =
        of.components.filterIsInstance<JComponent>().flatMap { listOf(it) + parts(it) }

    private fun words(dialog: DialogWrapper) = (parts(dialog.centre) + dialog.centre)
        .filterIsInstance<JTextArea>().joinToString("\n", transform = JTextComponent::getText)

    private fun signIn() {
        DialogWrapper.ANSWER = { dialog ->
            val fields = parts(dialog.centre)
            if (dialog is SignInDialog) {
                fields.filterIsInstance<JPasswordField>().single().text = server.token
                fields.filterIsInstance<JTextField>().first { it !is JPasswordField }.text = server.url
            }
            true
        }
        ide.told("Signed in as", SignInAction())
        ide.pick = { title, rows -> if (title == "Select Project") rows.indexOfFirst { it.endsWith(" 4") } else null }
        ide.told("The project is", SelectProjectAction())
    }

    /** An editor of which nothing is asked. */
    private fun editor() = java.lang.reflect.Proxy.newProxyInstance(
        javaClass.classLoader, arrayOf(com.intellij.openapi.fileEditor.FileEditor::class.java),
    ) { _, _, _ -> null } as com.intellij.openapi.fileEditor.FileEditor

    private fun shown(title: String): DialogWrapper {
        eventually("the dialog $title", 30) { DialogWrapper.SHOWN.any { it.heading == title } }
        return DialogWrapper.SHOWN.last { it.heading == title }
    }

    @Test
    fun `from signing in to signing out`() {
        signIn()
        ide.pick = { title, rows -> if (title == "Select Model") rows.lastIndex else null }
        ide.told("The model is", SelectModelAction())

        val applied = ide.told("1 file written", ApplyAction())
        assertTrue("type it under" in applied.content, applied.content)
        assertEquals("Apply to 1 File", shown("Apply to 1 File").heading)
        assertTrue(ide.diffs.any { "EliteASettings" in it })
        assertTrue("\"4\"" in Files.readString(file))
        val shown = com.intellij.notification.Notification.SHOWN.size
        ide.follow(applied)
        ide.told("1 file written", shown)
        assertFalse(Files.exists(file))

        ide.told("1 file written", ApplyAction())
        ide.told("Everything is in order", ApplyAction())
        ide.told("1 file written", RemoveAction())
        assertFalse(Files.exists(file) && "\"4\"" in Files.readString(file))
        val before = com.intellij.notification.Notification.SHOWN.size
        ide.click(UndoAction())
        ide.told("1 file written", before)
        assertTrue("remove" in words(shown("Undo ELITEA Settings")))
        assertTrue("\"4\"" in Files.readString(file))

        ide.click(StatusAction())
        assertTrue(words(shown("ELITEA Status")).contains("Server: ${server.url}"))
        assertEquals(1, shown("ELITEA Status").buttons)
        ide.click(DoctorAction())
        shown("ELITEA Doctor")

        ide.pick = { title, rows -> if (title == "Tokens") rows.indexOfFirst { it.startsWith("Create") } else null }
        ide.told("was made", TokensAction())
        ide.pick = { title, rows -> if (title == "Tokens") rows.indexOfFirst { it.startsWith("Rotate") } else null }
        ide.told("takes the place", TokensAction())
        ide.pick = { title, rows -> if (title == "Tokens") rows.indexOfFirst { it.startsWith("jetbrains-") } else null }
        ide.told("was deleted", TokensAction())

        FileChooser.CHOSEN = ide.file(Files.createDirectories(root.resolve("saved")))
        ide.told("Written:", SaveSettingsFileAction())
        assertTrue("EliteASettings" in Files.readString(root.resolve("saved/elitea.xml")))
        ide.told("was not written", SaveSettingsFileAction())
        ide.told("The support report is written", ReportAction())
        assertTrue(server.token !in Files.readString(root.resolve("saved/elitea-support.txt"), Charsets.ISO_8859_1))
        FileChooser.CHOSEN = null
        ide.click(ReportAction())

        ide.click(OpenTokenPageAction())
        eventually("the page is shown") { BrowserUtil.SHOWN.any { it.startsWith(server.url) } }
        ide.click(ShowLogAction())
        assertTrue(RevealFileAction.SHOWN.single().endsWith("idea.log"))
        ide.told("was restarted", RestartAction())
        ide.told("Signed out", SignOutAction())
        ide.told("Sign", SelectProjectAction())
    }

    @Test
    fun `a write goes past what the IDE holds, step by step`() {
        signIn()
        Files.writeString(file, "<project version=\"4\">\n  <component name=\"Other\" />\n</project>\n")
        fun steps(act: () -> Unit): List<String> {
            ide.calls.clear()
            act()
            return ide.calls.toList()
        }
        val whole = listOf(
            "document elitea.xml", "saveDocument", "save", "ensureFilesWritable", "refresh false false false elitea.xml", "save",
        )
        // What is not saved belongs into the preview, too.
        val preview = listOf("document elitea.xml", "saveDocument", "save")
        assertEquals(preview + whole, steps { ide.told("1 file written", ApplyAction()) })
        assertEquals(whole, steps { ide.told("1 file written", RemoveAction()) })
        assertEquals(whole, steps { ide.told("1 file written", UndoAction()) })
        Files.writeString(file, Files.readString(file).replace("</project>", ""))
        val before = com.intellij.notification.Notification.SHOWN.size
        // There are several ways to end it.
        ide.pick = { _, _ -> 0 }
        assertEquals(whole, steps {
            SwingUtilities.invokeAndWait { Elitea.get().flows(ide.project).repair(file) }
            ide.told("1 file written", before)
        })
        assertTrue("</project>" in Files.readString(file))
        ide.writable = false
        val held = Files.readAllBytes(file)
        ide.told("read-only", RemoveAction())
        assertTrue(held.contentEquals(Files.readAllBytes(file)))
    }

    @Test
    fun `what is cancelled in a dialog or a list changes nothing`() {
        signIn()
        DialogWrapper.ANSWER = { false }
        val before = com.intellij.notification.Notification.SHOWN.size
        for (action in listOf(ApplyAction(), SignInAction(), SignOutAction(), RemoveAction())) ide.click(action)
        shown("Apply to 1 File")
        shown("Sign In to ELITEA")
        shown("Remove ELITEA Settings")
        eventually("all tasks have ended") { ide.tasks.none { it.isRunning } }
        ide.free()
        assertEquals(before, com.intellij.notification.Notification.SHOWN.size)
        assertFalse(Files.exists(file))
    }

    @Test
    fun `a token that lies about is taken over without being shown`() {
        Files.createDirectories(root.resolve(".elitea"))
        Files.writeString(root.resolve(".elitea/.env"), "ELITEA_TOKEN=${server.token}\nELITEA_DEPLOYMENT_URL=${server.url}\n")
        ide.pick = { title, rows -> if (title == "Sign In to ELITEA") rows.indexOfFirst { ".env" in it } else null }
        ide.told("Signed in as", SignInAction())
        val rows = ide.lists.single { it.first == "Sign In to ELITEA" }.second
        assertTrue(rows.first().startsWith("Paste"))
        assertTrue(rows.none { server.token in it }, rows.toString())
        assertTrue(DialogWrapper.SHOWN.none { it is SignInDialog })
    }

    @Test
    fun `a banner stands over a broken file, and mends it`() {
        signIn()
        ide.told("1 file written", ApplyAction())
        val banner = Banner()
        assertNull(banner.collectNotificationData(ide.project, ide.file(file)), "it does not wait")
        ide.free()
        Files.writeString(file, Files.readString(file).replace("</project>", ""))
        // The files of the tests have no stamps that grow.
        Elitea.get().findings.renew()
        eventually("the finding is there") { banner.collectNotificationData(ide.project, ide.file(file)) != null }
        val made = banner.collectNotificationData(ide.project, ide.file(file))!!
        SwingUtilities.invokeAndWait { assertNotNull(made.apply(editor())) }
        ide.pick = { _, _ -> 0 }
        val before = com.intellij.notification.Notification.SHOWN.size
        SwingUtilities.invokeAndWait { Elitea.get().flows(ide.project).repair(file) }
        ide.told("1 file written", before)
        eventually("the banner goes") {
            Elitea.get().findings.renew()
            banner.collectNotificationData(ide.project, ide.file(file)) == null
        }
        assertTrue(ide.looks.get() > 0, "the editors are asked to look again")
        val other = ide.file(Files.writeString(ide.store.resolve("misc.xml"), "<project"))
        assertNull(banner.collectNotificationData(ide.project, other))
    }

    @Test
    fun `the widget shows how things stand, and does what is clicked in it`() {
        val widget = WidgetFactory().createWidget(ide.project) as Widget
        assertEquals("ELITEA", widget.selectedValue)
        assertTrue(children().none { "lsp" in it.info().arguments().orElse(emptyArray()) }, "looking starts nothing")
        signIn()
        eventually("it shows that all is in order") { "busy" !in widget.tooltipText }
        ide.pick = { title, rows -> if (title == "ELITEA Helper") rows.indexOf("Status") else null }
        SwingUtilities.invokeAndWait { widget.popup.showInFocusCenter() }
        shown("ELITEA Status")
        ide.pick = { title, rows -> if (title == "ELITEA Helper") rows.indexOf("Settings...") else null }
        SwingUtilities.invokeAndWait { widget.popup.showInFocusCenter() }
        assertEquals(listOf<Class<*>>(SettingsPage::class.java), ide.pages)
    }

    @Test
    fun `the settings page tells whose token it is, and keeps the helper's path`() {
        signIn()
        val page = SettingsPage()
        lateinit var component: JComponent
        SwingUtilities.invokeAndWait { component = page.createComponent() }
        fun texts() = parts(component).filterIsInstance<javax.swing.JLabel>().map { it.text } +
            parts(component).filterIsInstance<JTextArea>().map { it.text }
        eventually("the account is shown", 20) { texts().any { it.startsWith("file of ") } }
        assertTrue(server.url in texts())
        val path = parts(component).filterIsInstance<JTextField>().single()
        SwingUtilities.invokeAndWait {
            assertFalse(page.isModified)
            path.text = "relative"
            assertTrue(page.isModified)
            org.junit.jupiter.api.Assertions.assertThrows(com.intellij.openapi.options.ConfigurationException::class.java) { page.apply() }
            page.reset()
            assertFalse(page.isModified)
            path.text = ""
            page.apply()
        }
        assertEquals("", Settings.get().path)
        eventually("what came of it is shown", 20) { texts().any { "not installed" in it } }
        SwingUtilities.invokeAndWait { page.disposeUIResources() }
    }
}
