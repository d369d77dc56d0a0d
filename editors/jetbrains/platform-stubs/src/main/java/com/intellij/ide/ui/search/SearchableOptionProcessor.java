package com.intellij.ide.ui.search;

import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/platform-api/src/com/intellij/ide/ui/search/SearchableOptionProcessor.java; before 251. */
public abstract class SearchableOptionProcessor {
  public abstract void addOptions(
      @NotNull String text,
      @Nullable String path,
      @Nullable String hit,
      @NotNull String configurableId,
      @Nullable String configurableDisplayName,
      boolean applyStemming);
}
