package com.intellij.openapi.project;

import com.intellij.openapi.actionSystem.AnAction;

/** Shape of platform/ide-core/src/com/intellij/openapi/project/DumbAwareAction.java; before 251. */
public abstract class DumbAwareAction extends AnAction implements DumbAware {
  protected DumbAwareAction() {}
}
