package com.intellij.openapi.fileChooser

import com.intellij.openapi.project.Project
import com.intellij.openapi.vfs.VirtualFile
import javax.swing.SwingUtilities

/** In place of the stub: a test chooses. */
object FileChooser {
    @Volatile
    var CHOSEN: VirtualFile? = null

    @JvmStatic
    @Suppress("UNUSED_PARAMETER")
    fun chooseFile(descriptor: FileChooserDescriptor, project: Project?, toSelect: VirtualFile?): VirtualFile? {
        check(SwingUtilities.isEventDispatchThread()) { "a chooser off the UI thread" }
        return CHOSEN
    }
}
