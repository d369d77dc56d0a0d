package com.intellij.diff;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.project.Project;
import java.awt.Window;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/diff-api/src/com/intellij/diff/DiffManager.java; before 251. */
public abstract class DiffManager {
  public static @NotNull DiffManager getInstance() {
    return ApplicationManager.getApplication().getService(DiffManager.class);
  }

  public abstract @NotNull DiffRequestPanel createRequestPanel(
      @Nullable Project project, @NotNull Disposable parent, @Nullable Window window);
}
