package com.intellij.openapi.components;

import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/projectModel-api/src/com/intellij/openapi/components/PersistentStateComponent.java; before 251. Without what it inherits */
public interface PersistentStateComponent<T> {
  @Nullable T getState();

  void loadState(@NotNull T state);
}
