package com.intellij.notification;

import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.project.Project;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/ide-core/src/com/intellij/notification/Notification.java; before 251. */
public class Notification {
  Notification() {}

  public @NotNull Notification addAction(@NotNull AnAction action) {
    return this;
  }

  public void notify(@Nullable Project project) {}
}
