package com.intellij.ui;

import com.intellij.openapi.project.Project;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/platform-api/src/com/intellij/ui/EditorNotifications.java; before 251. */
public abstract class EditorNotifications {
  public static EditorNotifications getInstance(@NotNull Project project) {
    return project.getService(EditorNotifications.class);
  }

  public abstract void updateAllNotifications();
}
