package com.intellij.ide.ui.search;

import org.jetbrains.annotations.NotNull;

/** Shape of platform/platform-api/src/com/intellij/ide/ui/search/SearchableOptionContributor.kt; before 251. */
public abstract class SearchableOptionContributor {
  public SearchableOptionContributor() {}

  public abstract void processOptions(@NotNull SearchableOptionProcessor processor);
}
