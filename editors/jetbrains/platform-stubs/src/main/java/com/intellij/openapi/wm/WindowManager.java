package com.intellij.openapi.wm;

import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.project.Project;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/platform-api/src/com/intellij/openapi/wm/WindowManager.java; before 251. */
public abstract class WindowManager {
  public static WindowManager getInstance() {
    return ApplicationManager.getApplication().getService(WindowManager.class);
  }

  public abstract StatusBar getStatusBar(@NotNull Project project);
}
