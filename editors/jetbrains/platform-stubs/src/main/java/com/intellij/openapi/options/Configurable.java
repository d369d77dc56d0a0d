package com.intellij.openapi.options;

/** Shape of platform/ide-core/src/com/intellij/openapi/options/Configurable.java; before 251. */
public interface Configurable extends UnnamedConfigurable {
  String getDisplayName();
}
