package com.intellij.notification;

/** Shape of platform/ide-core/src/com/intellij/notification/NotificationType.java; before 251. */
public enum NotificationType {
  IDE_UPDATE,
  INFORMATION,
  WARNING,
  ERROR
}
