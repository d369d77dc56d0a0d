package com.intellij.openapi.vfs;

import org.jetbrains.annotations.NotNull;

/** Shape of platform/analysis-api/src/com/intellij/openapi/vfs/VfsUtil.java; before 251. */
public final class VfsUtil {
  private VfsUtil() {}

  public static void markDirtyAndRefresh(
      boolean async, boolean recursive, boolean reloadChildren, VirtualFile @NotNull ... files) {}
}
