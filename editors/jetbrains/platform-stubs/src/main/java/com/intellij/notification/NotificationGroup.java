package com.intellij.notification;

import org.jetbrains.annotations.NotNull;

/** Shape of platform/ide-core/src/com/intellij/notification/NotificationGroup.kt; before 251. */
public final class NotificationGroup {
  public @NotNull Notification createNotification(
      @NotNull String title, @NotNull String content, @NotNull NotificationType type) {
    return new Notification();
  }
}
