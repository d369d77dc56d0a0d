package ai.elitea.helper.platform

import ai.elitea.helper.Texts
import ai.elitea.helper.flows.Findings
import ai.elitea.helper.flows.Words
import com.intellij.openapi.application.ApplicationManager
import com.intellij.openapi.fileEditor.FileEditor
import com.intellij.openapi.project.DumbAware
import com.intellij.openapi.project.Project
import com.intellij.openapi.project.ProjectManager
import com.intellij.openapi.vfs.VirtualFile
import com.intellij.ui.EditorNotificationPanel
import com.intellij.ui.EditorNotificationProvider
import com.intellij.ui.EditorNotifications
import java.nio.file.Path
import java.util.function.Function
import javax.swing.JComponent

/** A banner over a broken settings file, with what mends it. Asked for every file: it never waits. */
class Banner : EditorNotificationProvider, DumbAware {
    override fun collectNotificationData(
        project: Project, file: VirtualFile,
    ): Function<in FileEditor, out JComponent>? {
        if (!Findings.concerns(file.name, file.parent?.name) || !file.isInLocalFileSystem) return null
        val path = Path.of(file.path)
        val finding = Elitea.get().findings.of(path, file.modificationStamp) ?: return null
        return Function {
            EditorNotificationPanel().apply {
                setText(Texts["banner.text", Words.visible(finding.message)])
                createActionLabel(Texts["banner.repair"]) { Elitea.get().flows(project).repair(path) }
            }
        }
    }

    companion object {
        /** New findings are ready. */
        fun lookAgain() = ApplicationManager.getApplication().invokeLater {
            for (project in ProjectManager.getInstance().openProjects) {
                if (!project.isDisposed) EditorNotifications.getInstance(project).updateAllNotifications()
            }
        }
    }
}
