package com.intellij.notification

import com.intellij.openapi.actionSystem.AnAction
import com.intellij.openapi.project.Project
import java.util.concurrent.CopyOnWriteArrayList

/** In place of the stub: keeps what is shown. */
class Notification(val title: String, val content: String, val type: NotificationType) {
    val actions = mutableListOf<AnAction>()

    fun addAction(action: AnAction): Notification = apply { actions += action }

    fun notify(@Suppress("UNUSED_PARAMETER") project: Project?) {
        SHOWN += this
    }

    companion object {
        val SHOWN = CopyOnWriteArrayList<Notification>()
    }
}

class NotificationGroup {
    fun createNotification(title: String, content: String, type: NotificationType) = Notification(title, content, type)
}
