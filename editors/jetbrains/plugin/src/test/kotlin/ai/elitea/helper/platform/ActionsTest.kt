package ai.elitea.helper.platform

import ai.elitea.helper.INTRODUCED
import ai.elitea.helper.children
import ai.elitea.helper.eventually
import ai.elitea.helper.standIn
import ai.elitea.helper.threads
import com.intellij.ide.trustedProjects.TrustedProjects
import com.intellij.notification.Notification
import com.intellij.openapi.actionSystem.ActionUpdateThread
import com.intellij.openapi.actionSystem.AnActionEvent
import com.intellij.openapi.project.Project
import com.intellij.openapi.ui.DialogWrapper
import java.nio.file.Files
import java.nio.file.Path
import javax.swing.SwingUtilities
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** Every action, as far as it goes without a helper that answers. */
class ActionsTest {
    @TempDir
    lateinit var root: Path
    private lateinit var ide: Ide

    @BeforeEach
    fun start() {
        // It introduces itself, hears what it is asked, and never answers.
        ide = Ide(root, standIn(root, "$INTRODUCED\nexec cat 3>&1 >'$root/heard'"))
    }

    @AfterEach
    fun stop() {
        ide.close()
        eventually("no process is left") { children().isEmpty() }
        eventually("no thread is left") { threads().isEmpty() }
    }

    private fun enabled(action: FlowAction, project: Project?): Boolean {
        val event = AnActionEvent(project)
        action.update(event)
        return event.presentation.isEnabled
    }

    @Test
    fun `what needs a project is off without one, and looking starts nothing`() {
        for (action in ACTIONS + RestartAction()) {
            assertEquals(action !is ApplyAction && action !is RemoveAction, enabled(action, null), action.javaClass.name)
            assertTrue(enabled(action, ide.project))
            assertEquals(ActionUpdateThread.BGT, action.actionUpdateThread)
        }
        assertTrue(children().isEmpty())
    }

    @Test
    fun `no action waits for the helper on the UI thread`() {
        ide.pick = { _, _ -> 0 }
        for (action in ACTIONS) ide.click(action)
        // All but the log asked it, each from a task of its own; it has answered nothing to this moment.
        eventually("all that can be asked at once is asked", 20) { METHODS.all { it in heard() } }
        ide.free()
        assertTrue(Notification.SHOWN.none { it.type == com.intellij.notification.NotificationType.ERROR })
        val start = System.nanoTime()
        SwingUtilities.invokeAndWait { Elitea.get().dispose() }
        assertTrue(System.nanoTime() - start < 1_100_000_000, "the IDE ends within a second")
    }

    private fun heard() = root.resolve("heard").let { if (Files.exists(it)) Files.readString(it) else "" }

    @Test
    fun `a task that is cancelled asks the helper to stop`() {
        ide.click(StatusAction())
        eventually("it is asked") { "elitea/status/get" in heard() }
        ide.tasks.single().cancel()
        eventually("it is told") { "\$/cancelRequest" in heard() }
        ide.free()
        assertTrue(Notification.SHOWN.isEmpty())
    }

    @Test
    fun `steps go on above the dialog that was open at the click`() {
        Settings.get().path = root.resolve("none").toString()
        ide.told("There is no program", StatusAction())
        val above = ide.modalities.count { it === Ide.ABOVE_A_DIALOG }
        assertEquals(2, above, "the task and the message: ${ide.modalities}")
    }

    @Test
    fun `an untrusted project is neither asked about nor written`() {
        TrustedProjects.TRUSTED = false
        ide.told("not trusted", ApplyAction())
        ide.told("not trusted", RemoveAction())
        SwingUtilities.invokeAndWait { Elitea.get().flows(ide.project).repair(ide.store.resolve("elitea.xml")) }
        eventually("it is told") { Notification.SHOWN.size == 3 }
        assertTrue(children().isEmpty())
        assertTrue(DialogWrapper.SHOWN.isEmpty())
    }

    @Test
    fun `a helper that is missing is told once, with its name escaped`() {
        Settings.get().path = root.resolve("<b>none").toString()
        val told = ide.told("There is no program", RestartAction())
        assertFalse("<b>" in told.content)
        assertTrue("&lt;b&gt;none" in told.content)
        ide.free()
        assertEquals(1, Notification.SHOWN.size)
    }

    private companion object {
        val ACTIONS = listOf(
            SignInAction(), SignOutAction(), SelectProjectAction(), SelectModelAction(), ApplyAction(), ApplyToRecentAction(),
            UndoAction(), RemoveAction(), StatusAction(), DoctorAction(), TokensAction(), SaveSettingsFileAction(),
            OpenTokenPageAction(), ReportAction(), ShowLogAction(),
        )
        val METHODS = listOf(
            "elitea/status/get", "elitea/auth/logout", "elitea/project/list", "elitea/model/list", "elitea/config/plan",
            "elitea/config/history", "elitea/config/remove", "elitea/doctor/run", "elitea/token/list",
            "elitea/settings/render", "elitea/auth/page",
        )
    }
}
