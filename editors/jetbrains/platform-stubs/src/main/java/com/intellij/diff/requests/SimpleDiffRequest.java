package com.intellij.diff.requests;

import com.intellij.diff.contents.DiffContent;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/diff-api/src/com/intellij/diff/requests/SimpleDiffRequest.java; before 251. */
public class SimpleDiffRequest extends DiffRequest {
  public SimpleDiffRequest(
      @Nullable String title,
      @NotNull DiffContent content1,
      @NotNull DiffContent content2,
      @Nullable String title1,
      @Nullable String title2) {}
}
