package ai.elitea.helper.platform

import ai.elitea.helper.flows.Held
import com.intellij.openapi.application.ApplicationManager
import com.intellij.openapi.application.ModalityState
import com.intellij.openapi.diagnostic.Logger
import com.intellij.openapi.fileEditor.FileDocumentManager
import com.intellij.openapi.project.Project
import com.intellij.openapi.vfs.ReadonlyStatusHandler
import com.intellij.openapi.vfs.VfsUtil
import com.intellij.openapi.vfs.VirtualFile
import com.intellij.openapi.vfs.VirtualFileManager
import com.intellij.util.concurrency.ThreadingAssertions
import java.nio.file.Files
import java.nio.file.Path

/** The settings files in a project's store, as the IDE holds them. */
internal class IdeHeld(private val project: Project, override val store: Path) : Held {
    private val files get() = NAMES.map(store::resolve)

    override fun saveDocument() = onUi {
        val documents = FileDocumentManager.getInstance()
        for (file in known()) {
            val document = documents.getCachedDocument(file)
            if (document != null && documents.isDocumentUnsaved(document)) documents.saveDocument(document)
        }
    }

    override fun saveProject() {
        ThreadingAssertions.assertBackgroundThread()
        if (!project.isDisposed && project.isInitialized) project.save()
    }

    /** From build 261 on what was saved may reach the disk later; before it there is nothing to wait for. */
    override fun flush() {
        val type = try {
            Class.forName("com.intellij.openapi.vfs.newvfs.ManagingFS")
        } catch (_: ClassNotFoundException) {
            return
        }
        val method = type.methods.firstOrNull { it.name == "flushPendingUpdates" && it.parameterCount == 0 } ?: return
        try {
            method.invoke(type.getMethod("getInstance").invoke(null))
        } catch (failed: ReflectiveOperationException) {
            Logger.getInstance(IdeHeld::class.java).warn("What was saved cannot be waited for", failed)
        }
    }

    override fun ensureWritable(): Boolean {
        val files = known().filter { !it.isWritable }
        if (files.isEmpty()) return true
        var writable = false
        onUi { writable = !ReadonlyStatusHandler.getInstance(project).ensureFilesWritable(files).hasReadonlyFiles() }
        return writable
    }

    override fun refresh() {
        val manager = VirtualFileManager.getInstance()
        val known = files.filter(Files::exists).mapNotNull(manager::refreshAndFindFileByNioPath) + known()
        if (known.isNotEmpty()) VfsUtil.markDirtyAndRefresh(false, false, false, *known.distinct().toTypedArray())
    }

    private fun known(): List<VirtualFile> =
        files.mapNotNull(VirtualFileManager.getInstance()::findFileByNioPath).filter { it.isValid }

    private fun onUi(work: () -> Unit) =
        ApplicationManager.getApplication().invokeAndWait(work, ModalityState.defaultModalityState())

    companion object {
        private val NAMES = listOf("elitea.xml", "alita.xml")

        /** The folder of the project's own file: the IDE decides where that is. */
        fun store(project: Project): Path? =
            project.projectFilePath?.let { Path.of(it).parent }?.takeIf { !project.isDefault }
    }
}
