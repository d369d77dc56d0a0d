package com.intellij.openapi.fileChooser;

import org.jetbrains.annotations.Nullable;

/** Shape of platform/ide-core/src/com/intellij/openapi/fileChooser/FileChooserDescriptor.java; before 251. */
public class FileChooserDescriptor {
  public FileChooserDescriptor withTitle(@Nullable String title) {
    return this;
  }
}
