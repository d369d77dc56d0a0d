package com.intellij.ui;

import javax.swing.JPanel;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/platform-api/src/com/intellij/ui/EditorNotificationPanel.java; before 251. */
public class EditorNotificationPanel extends JPanel {
  public EditorNotificationPanel() {}

  public void setText(@NotNull String text) {}

  public @NotNull HyperlinkLabel createActionLabel(@NotNull String text, @NotNull Runnable action) {
    return new HyperlinkLabel();
  }
}
