package com.intellij.openapi.actionSystem;

/** Shape of platform/editor-ui-api/src/com/intellij/openapi/actionSystem/ActionUpdateThread.java; since 222. */
public enum ActionUpdateThread {
  BGT,
  EDT,
  @Deprecated
  OLD_EDT
}
