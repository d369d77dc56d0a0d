package ai.elitea.helper.platform

import ai.elitea.helper.children
import ai.elitea.helper.eventually
import ai.elitea.helper.program
import ai.elitea.helper.standIn
import com.intellij.mock.MockApplication
import com.intellij.mock.MockProject
import com.intellij.notification.Notification
import com.intellij.notification.NotificationGroup
import com.intellij.notification.NotificationGroupManager
import com.intellij.openapi.Disposable
import com.intellij.openapi.actionSystem.ActionUpdateThread
import com.intellij.openapi.actionSystem.AnActionEvent
import com.intellij.openapi.application.ApplicationManager
import com.intellij.openapi.project.Project
import com.intellij.openapi.project.ProjectManager
import com.intellij.openapi.util.Disposer
import java.nio.file.Path
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class ActionsTest {
    @TempDir
    lateinit var root: Path
    private val end: Disposable = Disposer.newDisposable()
    private lateinit var project: Project

    @BeforeEach
    fun start() {
        val application = MockApplication(end)
        ApplicationManager.setApplication(application, end)
        project = MockProject(null, end)
        application.registerService(ProjectManager::class.java, object : ProjectManager() {
            override fun getOpenProjects(): Array<Project> = emptyArray()
        })
        application.registerService(NotificationGroupManager::class.java, NotificationGroupManager { NotificationGroup() })
        application.registerService(com.intellij.openapi.application.ApplicationInfo::class.java, TestInfo())
        application.registerService(Settings::class.java, Settings())
        application.registerService(Elitea::class.java, Elitea())
        Notification.SHOWN.clear()
    }

    @AfterEach
    fun stop() {
        Elitea.get().dispose()
        Disposer.dispose(end)
        eventually("no process is left") { children().isEmpty() }
    }

    private fun enabled(action: FlowAction, project: Project?): Boolean {
        val event = AnActionEvent(project)
        action.update(event)
        return event.presentation.isEnabled
    }

    @Test
    fun `what needs a project is off without one`() {
        for (action in listOf(ApplyAction(), RemoveAction())) {
            assertFalse(enabled(action, null))
            assertTrue(enabled(action, project))
        }
        for (action in listOf(SignInAction(), StatusAction(), DoctorAction(), RestartAction())) {
            assertTrue(enabled(action, null))
            assertEquals(ActionUpdateThread.BGT, action.actionUpdateThread)
        }
    }

    @Test
    fun `looking at the menu starts nothing`() {
        listOf(SignInAction(), ApplyAction(), StatusAction()).forEach { enabled(it, project) }
        assertTrue(children().isEmpty())
    }

    @Test
    fun `a folder that is none is told and nothing is asked`() {
        ApplyAction().actionPerformed(AnActionEvent(project))
        eventually("it is told") { Notification.SHOWN.isNotEmpty() }
        assertTrue(".idea" in Notification.SHOWN.single().content)
        assertTrue(children().isEmpty())
    }

    @Test
    fun `a helper that is missing is told with its name escaped`() {
        Settings.get().path = root.resolve("<b>none").toString()
        RestartAction().actionPerformed(AnActionEvent(project))
        eventually("it is told") { Notification.SHOWN.any { it.content.isNotEmpty() } }
        assertTrue(Notification.SHOWN.any { "There is no program" in it.content }, Notification.SHOWN.joinToString { it.content })
        assertTrue(Notification.SHOWN.all { "<b>" !in it.content })
    }

    @Test
    fun `a click asks off the UI thread and the helper ends with the service`() {
        Settings.get().path = standIn(root, "exec '$program' \"\$@\"").toString()
        RestartAction().actionPerformed(AnActionEvent(project))
        eventually("it is told") { Notification.SHOWN.isNotEmpty() }
        assertTrue(Notification.SHOWN.any { "restarted" in it.content }, Notification.SHOWN.joinToString { it.content })
        assertEquals(1, children().size)
        val start = System.nanoTime()
        Elitea.get().dispose()
        assertTrue(System.nanoTime() - start < 1_100_000_000)
    }
}
