package com.intellij.ide

import java.util.concurrent.CopyOnWriteArrayList

/** In place of the stub: keeps what is shown. */
object BrowserUtil {
    val SHOWN = CopyOnWriteArrayList<String>()

    @JvmStatic
    fun browse(url: String) {
        SHOWN += url
    }
}
