package ai.elitea.helper.platform

import ai.elitea.helper.Texts
import ai.elitea.helper.client.Helper
import ai.elitea.helper.flows.Credentials
import ai.elitea.helper.flows.Desk
import ai.elitea.helper.flows.Held
import ai.elitea.helper.flows.Job
import ai.elitea.helper.flows.Offer
import ai.elitea.helper.flows.Row
import ai.elitea.helper.flows.Sides
import ai.elitea.helper.flows.Weight
import ai.elitea.helper.flows.Words
import ai.elitea.helper.ui.RowRenderer
import com.intellij.ide.BrowserUtil
import com.intellij.ide.actions.RevealFileAction
import com.intellij.ide.trustedProjects.TrustedProjects
import com.intellij.notification.NotificationAction
import com.intellij.notification.NotificationGroupManager
import com.intellij.notification.NotificationType
import com.intellij.openapi.application.ApplicationManager
import com.intellij.openapi.application.ModalityState
import com.intellij.openapi.application.PathManager
import com.intellij.openapi.progress.ProcessCanceledException
import com.intellij.openapi.progress.ProgressIndicator
import com.intellij.openapi.progress.Task
import com.intellij.openapi.project.Project
import com.intellij.openapi.project.ProjectManager
import com.intellij.openapi.ui.popup.JBPopupFactory
import java.nio.file.Path
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executor
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import javax.swing.JFileChooser

/** The IDE as the flows see it. */
internal class IdeDesk(private val project: Project?) : Desk {
    private val application = ApplicationManager.getApplication()

    override val store: Path?
        get() = project?.let(IdeHeld::store)

    override val trusted: Boolean
        get() = project == null || TrustedProjects.isProjectTrusted(project)

    override val ui = Executor { work -> application.invokeLater(work, ModalityState.defaultModalityState()) }

    override fun <T> background(title: String, work: Job.() -> T): CompletableFuture<T> {
        val done = CompletableFuture<T>()
        val task = object : Task.Backgroundable(project, title, true) {
            override fun run(indicator: ProgressIndicator) {
                try {
                    done.complete(IdeJob(indicator).work())
                } catch (cancelled: ProcessCanceledException) {
                    done.completeExceptionally(CancellationException())
                    throw cancelled
                } catch (failed: Exception) {
                    done.completeExceptionally(failed)
                }
            }

            override fun onCancel() {
                done.completeExceptionally(CancellationException())
            }
        }
        application.invokeLater({ task.queue() }, ModalityState.any())
        return done
    }

    override fun held(all: Boolean): List<Held> {
        val projects = if (all) ProjectManager.getInstance().openProjects.toList() else listOfNotNull(project)
        return projects.filter { !it.isDefault && it.isInitialized && !it.isDisposed }
            .mapNotNull { open -> IdeHeld.store(open)?.let { IdeHeld(open, it) } }
    }

    override fun saveIdeSettings() = application.saveSettings()

    override fun tell(weight: Weight, text: String, offers: List<Offer>) {
        val type = when (weight) {
            Weight.INFO -> NotificationType.INFORMATION
            Weight.WARNING -> NotificationType.WARNING
            Weight.ERROR -> NotificationType.ERROR
        }
        val group = NotificationGroupManager.getInstance().getNotificationGroup(GROUP)
        val notification = group.createNotification(Texts["widget.text"], Words.html(text), type)
        for (offer in offers) notification.addAction(NotificationAction.createSimpleExpiring(offer.title, offer.act))
        notification.notify(project)
    }

    override fun choose(title: String, rows: List<Row>, chosen: (String) -> Unit) {
        val popup = JBPopupFactory.getInstance().createPopupChooserBuilder(rows)
            .setTitle(title)
            .setRenderer(RowRenderer())
            .setNamerForFiltering { "${it.label} ${it.detail}" }
            .setItemChosenCallback { row -> row.value?.let(chosen) }
            .createPopup()
        val window = project ?: ProjectManager.getInstance().openProjects.firstOrNull()
        if (window != null) popup.showCenteredInCurrentWindow(window)
        else tell(Weight.WARNING, Texts["told.noFolder"])
    }

    override fun askToken(server: String?, openPage: (String) -> Unit): Credentials? {
        val dialog = SignInDialog(project, server, openPage)
        return if (dialog.showAndGet()) dialog.credentials() else null
    }

    override fun confirm(title: String, text: String, ok: String) = TextDialog(project, title, text, ok).showAndGet()

    override fun preview(title: String, sides: Sides, ok: String) =
        PreviewDialog(project, title, sides, ok).showAndGet()

    override fun show(title: String, text: String) {
        TextDialog(project, title, text, Texts["show.close"]).showAndGet()
    }

    override fun saveTo(name: String): Path? {
        val chooser = JFileChooser().apply { selectedFile = java.io.File(name) }
        val chosen = chooser.showSaveDialog(null) == JFileChooser.APPROVE_OPTION
        return if (chosen) chooser.selectedFile.toPath() else null
    }

    override fun browse(uri: String) = BrowserUtil.browse(uri)

    override fun showLog() = RevealFileAction.openFile(Path.of(PathManager.getLogPath(), "idea.log"))

    private companion object {
        const val GROUP = "ELITEA Helper"
    }
}

/** Work in a background task: looks ten times a second whether a person has cancelled. */
private class IdeJob(private val indicator: ProgressIndicator) : Job {
    private val pooled = Executor { ApplicationManager.getApplication().executeOnPooledThread(it) }

    override fun <T : Any> await(asked: Helper.Asked<T>): T {
        while (true) {
            try {
                // Cancelled or not: what the helper did meanwhile is heard to its end.
                if (indicator.isCanceled) asked.callOff(pooled)
                return asked.get(100, TimeUnit.MILLISECONDS)
            } catch (_: TimeoutException) {
                continue
            } catch (failed: ExecutionException) {
                throw failed.cause ?: failed
            }
        }
    }

    override fun say(text: String) {
        indicator.text = text
    }
}
