package com.intellij.ui;

import javax.swing.JComponent;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/platform-api/src/com/intellij/ui/EditorNotificationPanel.java; before 251. */
public class EditorNotificationPanel extends javax.swing.JPanel {
  public EditorNotificationPanel() {}

  public void setText(@NotNull String text) {}

  public javax.swing.JComponent createActionLabel(@NotNull String text, @NotNull Runnable action) {
    return new javax.swing.JLabel(text);
  }
}
