package com.intellij.openapi.ui;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.project.Project;
import javax.swing.Action;
import javax.swing.JComponent;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/platform-api/src/com/intellij/openapi/ui/DialogWrapper.java; before 251. */
public abstract class DialogWrapper {
  protected DialogWrapper(@Nullable Project project, boolean canBeParent) {}

  protected void init() {}

  protected abstract @Nullable JComponent createCenterPanel();

  protected Action @NotNull [] createActions() {
    return new Action[0];
  }

  protected @NotNull Action getOKAction() {
    throw new UnsupportedOperationException();
  }

  public @Nullable JComponent getPreferredFocusedComponent() {
    return null;
  }

  public void setTitle(String title) {}

  protected final void setOKButtonText(String text) {}

  public boolean showAndGet() {
    return false;
  }

  public @NotNull Disposable getDisposable() {
    return () -> {};
  }
}
