package com.intellij.openapi.fileChooser;

import com.intellij.openapi.project.Project;
import com.intellij.openapi.vfs.VirtualFile;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/platform-api/src/com/intellij/openapi/fileChooser/FileChooser.java; before 251. */
public final class FileChooser {
  private FileChooser() {}

  public static @Nullable VirtualFile chooseFile(
      @NotNull FileChooserDescriptor descriptor, @Nullable Project project, @Nullable VirtualFile toSelect) {
    return null;
  }
}
