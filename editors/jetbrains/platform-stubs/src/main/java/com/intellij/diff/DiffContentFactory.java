package com.intellij.diff;

import com.intellij.diff.contents.DocumentContent;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.fileTypes.FileType;
import com.intellij.openapi.project.Project;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/diff-api/src/com/intellij/diff/DiffContentFactory.java; before 251. */
public abstract class DiffContentFactory {
  public static @NotNull DiffContentFactory getInstance() {
    return ApplicationManager.getApplication().getService(DiffContentFactory.class);
  }

  public abstract @NotNull DocumentContent create(
      @Nullable Project project, @NotNull String text, @Nullable FileType fileType);
}
