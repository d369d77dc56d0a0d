package ai.elitea.helper.platform

import ai.elitea.helper.eventually
import com.intellij.diff.DiffContentFactory
import com.intellij.diff.DiffManager
import com.intellij.diff.DiffRequestPanel
import com.intellij.diff.contents.DocumentContent
import com.intellij.diff.requests.DiffRequest
import com.intellij.ide.BrowserUtil
import com.intellij.ide.actions.RevealFileAction
import com.intellij.ide.trustedProjects.TrustedProjects
import com.intellij.mock.MockApplication
import com.intellij.mock.MockProject
import com.intellij.notification.Notification
import com.intellij.notification.NotificationGroup
import com.intellij.notification.NotificationGroupManager
import com.intellij.openapi.Disposable
import com.intellij.openapi.actionSystem.AnActionEvent
import com.intellij.openapi.application.ApplicationInfo
import com.intellij.openapi.application.ApplicationManager
import com.intellij.openapi.application.ModalityState
import com.intellij.openapi.editor.Document
import com.intellij.openapi.fileEditor.FileDocumentManager
import com.intellij.openapi.fileTypes.FileType
import com.intellij.openapi.options.Configurable
import com.intellij.openapi.options.ShowSettingsUtil
import com.intellij.openapi.progress.ProgressManager
import com.intellij.openapi.progress.Task
import com.intellij.openapi.progress.impl.CoreProgressManager
import com.intellij.openapi.progress.util.AbstractProgressIndicatorBase
import com.intellij.openapi.project.Project
import com.intellij.openapi.project.ProjectManager
import com.intellij.openapi.ui.DialogWrapper
import com.intellij.openapi.ui.popup.IPopupChooserBuilder
import com.intellij.openapi.ui.popup.JBPopup
import com.intellij.openapi.ui.popup.JBPopupFactory
import com.intellij.openapi.util.Disposer
import com.intellij.openapi.vfs.ReadonlyStatusHandler
import com.intellij.openapi.vfs.VfsUtil
import com.intellij.openapi.vfs.VirtualFile
import com.intellij.openapi.vfs.VirtualFileManager
import com.intellij.openapi.vfs.VirtualFileListener
import com.intellij.openapi.vfs.VirtualFileManagerListener
import com.intellij.openapi.vfs.AsyncFileListener
import com.intellij.openapi.vfs.local.CoreLocalFileSystem
import com.intellij.openapi.wm.StatusBar
import com.intellij.openapi.wm.WindowManager
import com.intellij.ui.EditorNotifications
import com.intellij.util.Consumer
import com.intellij.util.Function
import java.lang.reflect.Proxy
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import javax.swing.JComponent
import javax.swing.JLabel
import javax.swing.ListCellRenderer
import javax.swing.SwingUtilities

/** As much of an IDE as the actions need: the platform's own mock application, with services that keep what they
 * are asked for. Whatever must be on the UI thread, or must not, fails elsewhere. */
class Ide(root: Path, helper: Path) : AutoCloseable {
    private val end: Disposable = Disposer.newDisposable()
    private val local = CoreLocalFileSystem()

    /** The calls that touch the project's files, in order. */
    val calls: MutableList<String> = VfsUtil.CALLS

    /** The modalities with which something was handed to the UI thread. */
    val modalities = CopyOnWriteArrayList<ModalityState>()

    /** The texts of diffs. */
    val diffs = CopyOnWriteArrayList<String>()

    /** The titles of lists, and which row is taken: by its words. */
    val lists = CopyOnWriteArrayList<Pair<String, List<String>>>()
    @Volatile
    var pick: (title: String, rows: List<String>) -> Int? = { _, _ -> null }

    /** The tasks that ran, with what they told. */
    val tasks = CopyOnWriteArrayList<Indicator>()

    /** Whether read-only files can be made writable. */
    @Volatile
    var writable = true

    /** How often the editors were asked to look at their banners again. */
    val looks = java.util.concurrent.atomic.AtomicInteger()

    /** The pages of settings that were opened. */
    val pages = CopyOnWriteArrayList<Class<*>>()

    /** The folder of the project's settings. */
    val store: Path = Files.createDirectories(root.resolve("work/.idea"))

    /** The modality of a click. */
    object ABOVE_A_DIALOG : ModalityState() {
        override fun accepts(other: ModalityState) = true
        override fun toString() = "above a dialog"
    }

    /** A task as people see it. */
    class Indicator(val title: String) : AbstractProgressIndicatorBase() {
        val texts = CopyOnWriteArrayList<String>()

        override fun setText(text: String?) {
            super.setText(text)
            texts += text.orEmpty()
        }
    }

    private val application = object : MockApplication(end) {
        override fun saveSettings() {
            calls += "saveSettings"
        }

        override fun getDefaultModalityState(): ModalityState =
            if (SwingUtilities.isEventDispatchThread()) ABOVE_A_DIALOG else super.getDefaultModalityState()

        override fun invokeLater(runnable: Runnable, state: ModalityState) {
            modalities += state
            super.invokeLater(runnable, state)
        }
    }

    /** An open project. */
    val project: MockProject

    init {
        ApplicationManager.setApplication(application, end)
        project = object : MockProject(null, end) {
            override fun getProjectFilePath() = store.resolve("misc.xml").toString()

            override fun save() {
                check(!SwingUtilities.isEventDispatchThread()) { "the project is saved on the UI thread" }
                calls += "save"
            }
        }
        service(ProgressManager::class.java, object : CoreProgressManager() {
            override fun run(task: Task) {
                check(SwingUtilities.isEventDispatchThread())
                val indicator = Indicator(task.title)
                tasks += indicator
                runProcessWithProgressAsynchronously(task as Task.Backgroundable, indicator, null)
            }
        })
        service(ProjectManager::class.java, object : ProjectManager() {
            override fun getOpenProjects(): Array<Project> = arrayOf(project)
        })
        service(NotificationGroupManager::class.java, NotificationGroupManager { NotificationGroup() })
        service(JBPopupFactory::class.java, object : JBPopupFactory() {
            override fun <T> createPopupChooserBuilder(list: List<T>): IPopupChooserBuilder<T> = Chooser(list)
        })
        service(DiffContentFactory::class.java, object : DiffContentFactory() {
            override fun create(project: Project?, text: String, type: FileType?): DocumentContent {
                diffs += text
                return object : DocumentContent {}
            }
        })
        service(DiffManager::class.java, object : DiffManager() {
            override fun createRequestPanel(project: Project?, parent: Disposable, window: java.awt.Window?) =
                object : DiffRequestPanel {
                    override fun setRequest(request: DiffRequest?) = Unit
                    override fun getComponent(): JComponent = JLabel("diff")
                    override fun dispose() = Unit
                }.also { Disposer.register(parent, it) }
        })
        service(VirtualFileManager::class.java, files())
        service(FileDocumentManager::class.java, documents())
        service(WindowManager::class.java, object : WindowManager() {
            override fun getStatusBar(project: Project) = StatusBar {
                check(SwingUtilities.isEventDispatchThread()) { "the status bar off the UI thread" }
            }
        })
        service(ShowSettingsUtil::class.java, object : ShowSettingsUtil() {
            override fun <T : Configurable> showSettingsDialog(project: Project?, page: Class<T>) {
                pages += page
            }
        })
        project.registerService(ReadonlyStatusHandler::class.java, handler())
        project.registerService(EditorNotifications::class.java, object : EditorNotifications() {
            override fun updateAllNotifications() {
                check(SwingUtilities.isEventDispatchThread()) { "banners off the UI thread" }
                looks.incrementAndGet()
            }
        })
        service(ApplicationInfo::class.java, TestInfo())
        service(Settings::class.java, Settings().apply { path = helper.toString() })
        service(Elitea::class.java, Elitea())
        Notification.SHOWN.clear()
        DialogWrapper.SHOWN.clear()
        DialogWrapper.ANSWER = { true }
        BrowserUtil.SHOWN.clear()
        RevealFileAction.SHOWN.clear()
        TrustedProjects.TRUSTED = true
        calls.clear()
    }

    private fun <T : Any> service(type: Class<T>, one: T) = application.registerService(type, one)

    @Suppress("OVERRIDE_DEPRECATION")
    private fun files(): VirtualFileManager = object : VirtualFileManager() {
        override fun findFileByNioPath(path: Path) = local.findFileByNioFile(path)
        override fun refreshAndFindFileByNioPath(path: Path): VirtualFile? {
            check(!SwingUtilities.isEventDispatchThread()) { "the disk is looked at on the UI thread" }
            return local.findFileByNioFile(path)
        }
        override fun getFileSystem(protocol: String?) = local
        override fun syncRefresh() = 0L
        override fun asyncRefresh(then: Runnable?) = 0L
        override fun refreshWithoutFileWatcher(asynchronous: Boolean) = Unit
        override fun addVirtualFileListener(listener: VirtualFileListener) = Unit
        override fun addVirtualFileListener(listener: VirtualFileListener, parent: Disposable) = Unit
        override fun removeVirtualFileListener(listener: VirtualFileListener) = Unit
        override fun addAsyncFileListener(listener: AsyncFileListener, parent: Disposable) = Unit
        override fun addVirtualFileManagerListener(listener: VirtualFileManagerListener, parent: Disposable) = Unit
        override fun removeVirtualFileManagerListener(listener: VirtualFileManagerListener) = Unit
        override fun notifyPropertyChanged(file: VirtualFile, property: String, old: Any?, new: Any?) = Unit
        override fun getModificationCount() = 0L
        override fun getStructureModificationCount() = 0L
        override fun storeName(name: String) = 0
        override fun getVFileName(id: Int) = ""
    }

    /** Only what is asked for: whether a file has a document. */
    private fun documents(): FileDocumentManager = object : com.intellij.mock.MockFileDocumentManagerImpl(null, { null }) {
        override fun getCachedDocument(file: VirtualFile): Document? {
            check(SwingUtilities.isEventDispatchThread()) { "documents off the UI thread" }
            calls += "document ${file.name}"
            return Proxy.newProxyInstance(javaClass.classLoader, arrayOf(Document::class.java)) { _, _, _ -> null } as Document
        }

        override fun isDocumentUnsaved(document: Document) = true

        override fun saveDocument(document: Document) {
            calls += "saveDocument"
        }
    }

    private fun handler() = object : ReadonlyStatusHandler() {
        override fun ensureFilesWritable(files: Collection<VirtualFile>): OperationStatus {
            check(SwingUtilities.isEventDispatchThread()) { "asked for writable files off the UI thread" }
            calls += "ensureFilesWritable"
            return object : OperationStatus() {
                override fun getReadonlyFiles(): Array<VirtualFile> = if (writable) emptyArray() else files.toTypedArray()
                override fun hasReadonlyFiles() = !writable
                override fun getReadonlyFilesMessage() = ""
            }
        }
    }

    private inner class Chooser<T>(private val rows: List<T>) : IPopupChooserBuilder<T> {
        private var title = ""
        private var chosen: Consumer<in T>? = null
        private var namer: Function<in T, String>? = null

        override fun setRenderer(renderer: ListCellRenderer<in T>) = this
        override fun setItemChosenCallback(callback: Consumer<in T>) = apply { chosen = callback }
        override fun setNamerForFiltering(namer: Function<in T, String>) = apply { this.namer = namer }
        override fun setTitle(title: String) = apply { this.title = title }
        override fun createPopup() = object : JBPopup {
            override fun showCenteredInCurrentWindow(project: Project) = show()
            override fun showInFocusCenter() = show()
            override fun dispose() = Unit

            private fun show() {
                check(SwingUtilities.isEventDispatchThread()) { "a list off the UI thread" }
                val words = rows.map { namer!!.`fun`(it) }
                lists += title to words
                pick(title, words)?.let { chosen!!.consume(rows[it]) }
            }
        }
    }

    /** Looks up a file as the IDE does. */
    fun file(path: Path): VirtualFile = local.findFileByNioFile(path)!!

    /** Clicks an action on the UI thread, which must be free again at once. */
    fun click(action: FlowAction, on: Project? = project) {
        SwingUtilities.invokeAndWait { action.actionPerformed(AnActionEvent(on)) }
        free()
    }

    /** Fails unless the UI thread does what it is asked to. */
    fun free() {
        val done = java.util.concurrent.CompletableFuture<Unit>()
        SwingUtilities.invokeLater { done.complete(Unit) }
        try {
            done.get(2, TimeUnit.SECONDS)
        } catch (_: TimeoutException) {
            throw AssertionError("the UI thread is blocked")
        }
    }

    /** Clicks, and waits for a message with these words. */
    fun told(words: String, action: FlowAction): Notification {
        val before = Notification.SHOWN.size
        click(action)
        return told(words, before)
    }

    /** Waits for a message with these words after the first so many. */
    fun told(words: String, before: Int = 0): Notification {
        fun shown() = Notification.SHOWN.drop(before).find { words in it.content }
        try {
            eventually("it is told: $words", 30) { shown() != null }
        } catch (failed: IllegalStateException) {
            throw AssertionError("${failed.message}; told: ${Notification.SHOWN.drop(before).map { it.content }}")
        }
        return shown()!!
    }

    /** Does what a message offers. */
    fun follow(notification: Notification, index: Int = 0) =
        SwingUtilities.invokeAndWait { notification.actions[index].actionPerformed(AnActionEvent(project)) }

    override fun close() {
        SwingUtilities.invokeAndWait { Elitea.get().dispose() }
        Disposer.dispose(end)
    }
}
