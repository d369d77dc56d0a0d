package com.intellij.notification;

import com.intellij.openapi.application.ApplicationManager;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/ide-core/src/com/intellij/notification/NotificationGroupManager.java; before 251. */
public interface NotificationGroupManager {
  static NotificationGroupManager getInstance() {
    return ApplicationManager.getApplication().getService(NotificationGroupManager.class);
  }

  NotificationGroup getNotificationGroup(@NotNull String groupId);
}
