package com.intellij.openapi.options;

import org.jetbrains.annotations.NotNull;

/** Shape of platform/ide-core/src/com/intellij/openapi/options/SearchableConfigurable.java; before 251. */
public interface SearchableConfigurable extends Configurable {
  @NotNull String getId();
}
