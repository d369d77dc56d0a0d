package com.intellij.ui;

import javax.swing.JComponent;

/** Shape of platform/platform-api/src/com/intellij/ui/HyperlinkLabel.java; before 251. */
public class HyperlinkLabel extends JComponent {
  HyperlinkLabel() {}
}
