package com.intellij.openapi.wm;

import org.jetbrains.annotations.NotNull;

/** Shape of platform/platform-api/src/com/intellij/openapi/wm/StatusBar.java; before 251. */
public interface StatusBar {
  void updateWidget(@NotNull String id);
}
