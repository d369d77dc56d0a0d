package com.intellij.openapi.util;

import javax.swing.Icon;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/util/ui/src/com/intellij/openapi/util/IconLoader.kt; before 251. */
public final class IconLoader {
  private IconLoader() {}

  public static @NotNull Icon getIcon(@NotNull String path, @NotNull Class<?> owner) {
    return new javax.swing.ImageIcon();
  }
}
