package com.intellij.notification;

import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.project.DumbAwareAction;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/ide-core/src/com/intellij/notification/NotificationAction.java; before 251. */
public abstract class NotificationAction extends DumbAwareAction {
  public static @NotNull NotificationAction createSimpleExpiring(@NotNull String text, @NotNull Runnable work) {
    return new NotificationAction() {
      @Override
      public void actionPerformed(@NotNull AnActionEvent e) {
        work.run();
      }
    };
  }
}
