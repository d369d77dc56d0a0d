package com.intellij.openapi.actionSystem;

import com.intellij.openapi.project.Project;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/editor-ui-api/src/com/intellij/openapi/actionSystem/AnActionEvent.java; before 251. */
public class AnActionEvent {
  private final Project project;
  private final Presentation presentation = new Presentation();

  /** Not the real one, which takes a data context: tests make events by it. */
  public AnActionEvent(@Nullable Project project) {
    this.project = project;
  }

  public @Nullable Project getProject() {
    return project;
  }

  public @NotNull Presentation getPresentation() {
    return presentation;
  }
}
