package com.intellij.diff;

import com.intellij.diff.requests.DiffRequest;
import com.intellij.openapi.Disposable;
import javax.swing.JComponent;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/diff-api/src/com/intellij/diff/DiffRequestPanel.java; before 251. */
public interface DiffRequestPanel extends Disposable {
  void setRequest(@Nullable DiffRequest request);

  @NotNull JComponent getComponent();
}
