package com.intellij.openapi.actionSystem;

import org.jetbrains.annotations.NotNull;

/** Shape of platform/editor-ui-api/src/com/intellij/openapi/actionSystem/ActionUpdateThreadAware.java; since 222. */
public interface ActionUpdateThreadAware {
  default @NotNull ActionUpdateThread getActionUpdateThread() {
    return ActionUpdateThread.EDT;
  }
}
