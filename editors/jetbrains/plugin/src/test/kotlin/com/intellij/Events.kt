package com.intellij.openapi.actionSystem

import com.intellij.openapi.project.Project

/** In place of the stub: an event that tests can make. */
class AnActionEvent(val project: Project?) {
    val presentation = Presentation()
}
