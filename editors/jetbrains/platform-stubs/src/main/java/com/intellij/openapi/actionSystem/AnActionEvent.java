package com.intellij.openapi.actionSystem;

import com.intellij.openapi.project.Project;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/editor-ui-api/src/com/intellij/openapi/actionSystem/AnActionEvent.java; before 251. */
public class AnActionEvent {
  AnActionEvent() {}

  public @Nullable Project getProject() {
    return null;
  }

  public @NotNull Presentation getPresentation() {
    return new Presentation();
  }
}
