package com.intellij.ide;

import org.jetbrains.annotations.NotNull;

/** Shape of platform/platform-api/src/com/intellij/ide/BrowserUtil.java; before 251. */
public final class BrowserUtil {
  private BrowserUtil() {}

  public static void browse(@NotNull String url) {}
}
