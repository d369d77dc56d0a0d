package com.intellij.ide.actions;

import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.project.DumbAwareAction;
import java.nio.file.Path;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/platform-impl/src/com/intellij/ide/actions/RevealFileAction.java; before 251. */
public class RevealFileAction extends DumbAwareAction {
  @Override
  public void actionPerformed(@NotNull AnActionEvent e) {}

  public static void openFile(@NotNull Path file) {}
}
