package com.intellij.openapi.fileChooser;

import org.jetbrains.annotations.ApiStatus;

/** Shape of platform/ide-core/src/com/intellij/openapi/fileChooser/FileChooserDescriptorFactory.java; before 251. */
public final class FileChooserDescriptorFactory {
  @ApiStatus.Obsolete
  public static FileChooserDescriptor createSingleFileNoJarsDescriptor() {
    return new FileChooserDescriptor();
  }

  @ApiStatus.Obsolete
  public static FileChooserDescriptor createSingleFolderDescriptor() {
    return new FileChooserDescriptor();
  }
}
