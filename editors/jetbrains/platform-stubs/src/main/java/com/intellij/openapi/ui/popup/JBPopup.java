package com.intellij.openapi.ui.popup;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.project.Project;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/ide-core/src/com/intellij/openapi/ui/popup/JBPopup.java; before 251. */
public interface JBPopup extends Disposable {
  void showInFocusCenter();

  void showCenteredInCurrentWindow(@NotNull Project project);
}
