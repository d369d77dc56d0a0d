package com.intellij.ide.trustedProjects

import com.intellij.openapi.project.Project

/** In place of the stub: a test decides. */
object TrustedProjects {
    @Volatile
    var TRUSTED = true

    @JvmStatic
    fun isProjectTrusted(@Suppress("UNUSED_PARAMETER") project: Project) = TRUSTED
}
