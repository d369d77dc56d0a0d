package ai.elitea.helper.platform

import ai.elitea.helper.Texts
import ai.elitea.helper.client.Helper
import ai.elitea.helper.client.Progress
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
import com.intellij.openapi.fileChooser.FileChooser
import com.intellij.openapi.fileChooser.FileChooserDescriptorFactory
import com.intellij.openapi.progress.ProcessCanceledException
import com.intellij.openapi.progress.ProgressIndicator
import com.intellij.openapi.progress.ProgressManager
import com.intellij.openapi.progress.Task
import com.intellij.openapi.project.Project
import com.intellij.openapi.project.ProjectManager
import com.intellij.openapi.ui.popup.JBPopupFactory
import com.intellij.openapi.util.ThrowableComputable
import com.intellij.util.concurrency.ThreadingAssertions
import java.nio.file.Path
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executor
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException

/** The IDE as the flows see it. */
internal class IdeDesk(private val project: Project?) : Desk {
    private val application = ApplicationManager.getApplication()

    override val store: Path?
        get() = project?.let(IdeHeld::store)

    override val trusted: Boolean
        get() = project == null || TrustedProjects.isProjectTrusted(project)

    override val untrusted: List<Path>
        get() = open().filterNot(TrustedProjects::isProjectTrusted).mapNotNull(IdeHeld::store)

    // That of the click which began it: steps go on above a dialog that was open then.
    private val modality = ModalityState.defaultModalityState()

    // What belongs to a project that was closed meanwhile is shown nowhere.
    override val ui = Executor { work ->
        application.invokeLater({ if (project?.isDisposed != true) work.run() }, modality)
    }

    override fun <T> background(title: String, work: Job.() -> T): CompletableFuture<T> {
        val done = CompletableFuture<T>()
        val task = object : Task.Backgroundable(project, title, true) {
            override fun run(indicator: ProgressIndicator) {
                try {
                    done.complete(IdeJob(indicator).work())
                } catch (cancelled: ProcessCanceledException) {
                    done.completeExceptionally(CancellationException())
                    throw cancelled
                } catch (failed: Throwable) {
                    // Whoever waits is told, also where a class of the IDE is missing.
                    done.completeExceptionally(failed)
                    if (failed is Error) throw failed
                }
            }

            override fun onCancel() {
                done.completeExceptionally(CancellationException())
            }
        }
        application.invokeLater({
            // A project that is closed meanwhile begins no task.
            if (project?.isDisposed == true) done.completeExceptionally(CancellationException()) else task.queue()
        }, modality)
        return done
    }

    override fun held(all: Boolean): List<Held> {
        val projects = if (all) open() else listOfNotNull(project)
        return projects.filter { !it.isDefault && it.isInitialized && !it.isDisposed }
            .mapNotNull { open -> IdeHeld.store(open)?.let { IdeHeld(open, it) } }
    }

    private fun open() = ProjectManager.getInstance().openProjects.filter { !it.isDisposed }

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
        notification.notify(project?.takeUnless { it.isDisposed })
    }

    override fun choose(title: String, rows: List<Row>, chosen: (String) -> Unit) {
        val popup = JBPopupFactory.getInstance().createPopupChooserBuilder(rows)
            .setTitle(title)
            .setRenderer(RowRenderer())
            .setNamerForFiltering { "${it.label} ${it.detail}" }
            .setItemChosenCallback { row -> row.value?.let(chosen) }
            .createPopup()
        // Above the page of settings, and where no project is open.
        if (project != null) popup.showCenteredInCurrentWindow(project) else popup.showInFocusCenter()
    }

    override fun askToken(server: String?, openPage: (String) -> Unit): Credentials? {
        val dialog = SignInDialog(project, server, openPage)
        return if (dialog.showAndGet()) dialog.credentials() else null
    }

    override fun confirm(title: String, text: String, ok: String) = ConfirmDialog(project, title, text, ok).showAndGet()

    override fun preview(title: String, sides: Sides, ok: String) =
        PreviewDialog(project, title, sides, ok).showAndGet()

    override fun show(title: String, text: String) {
        TextDialog(project, title, text).showAndGet()
    }

    override fun saveTo(name: String): Path? {
        val descriptor = FileChooserDescriptorFactory.createSingleFolderDescriptor().withTitle(Texts["save.title", name])
        return FileChooser.chooseFile(descriptor, project, null)?.toNioPath()?.resolve(name)
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
        ThreadingAssertions.assertBackgroundThread()
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

    override fun say(progress: Progress) {
        indicator.text = progress.words
        if (progress.fraction != null) {
            indicator.isIndeterminate = false
            indicator.fraction = progress.fraction
        }
    }

    override fun <T> whole(work: () -> T): T =
        ProgressManager.getInstance().computeInNonCancelableSection(ThrowableComputable<T, RuntimeException>(work))
}
