package com.intellij.openapi.fileEditor;

import com.intellij.openapi.project.Project;
import com.intellij.openapi.vfs.VirtualFile;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/analysis-api/src/com/intellij/openapi/fileEditor/FileEditorManager.java; before 251. */
public abstract class FileEditorManager {
  public static FileEditorManager getInstance(@NotNull Project project) {
    return project.getService(FileEditorManager.class);
  }

  public abstract FileEditor @NotNull [] openFile(@NotNull VirtualFile file, boolean focusEditor);
}
