package com.intellij.ide.trustedProjects;

import com.intellij.openapi.project.Project;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/platform-impl/src/com/intellij/ide/trustedProjects/TrustedProjects.kt; since 2024. */
public final class TrustedProjects {
  private TrustedProjects() {}

  public static boolean isProjectTrusted(@NotNull Project project) {
    return true;
  }
}
