package com.intellij.openapi.actionSystem;

import com.intellij.openapi.project.PossiblyDumbAware;
import org.jetbrains.annotations.ApiStatus;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/editor-ui-api/src/com/intellij/openapi/actionSystem/AnAction.java; before 251. */
public abstract class AnAction implements PossiblyDumbAware, ActionUpdateThreadAware {
  public AnAction() {}

  @ApiStatus.OverrideOnly
  public void update(@NotNull AnActionEvent e) {}

  @ApiStatus.OverrideOnly
  public abstract void actionPerformed(@NotNull AnActionEvent e);
}
