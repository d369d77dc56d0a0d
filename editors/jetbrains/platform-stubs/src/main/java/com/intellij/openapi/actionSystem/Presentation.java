package com.intellij.openapi.actionSystem;

/** Shape of platform/editor-ui-api/src/com/intellij/openapi/actionSystem/Presentation.java; before 251. */
public final class Presentation implements Cloneable {
  private boolean enabled = true;
  private boolean visible = true;

  public boolean isEnabled() {
    return enabled;
  }

  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  public boolean isVisible() {
    return visible;
  }

  public void setVisible(boolean visible) {
    this.visible = visible;
  }

  public void setEnabledAndVisible(boolean both) {
    enabled = both;
    visible = both;
  }
}
