package com.intellij.openapi.vfs

import java.util.concurrent.CopyOnWriteArrayList

/** In place of the stub: keeps what is asked for. */
object VfsUtil {
    val CALLS = CopyOnWriteArrayList<String>()

    @JvmStatic
    fun markDirtyAndRefresh(async: Boolean, recursive: Boolean, reloadChildren: Boolean, vararg files: VirtualFile) {
        CALLS += "refresh $async $recursive $reloadChildren ${files.joinToString { it.name }}"
    }
}
