package com.intellij.openapi.wm;

import com.intellij.openapi.project.Project;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/platform-api/src/com/intellij/openapi/wm/StatusBarWidgetFactory.java; before 251. What has a default body in newer ones is abstract here */
public interface StatusBarWidgetFactory {
  @NotNull String getId();

  @NotNull String getDisplayName();

  boolean isAvailable(@NotNull Project project);

  @NotNull StatusBarWidget createWidget(@NotNull Project project);

  void disposeWidget(@NotNull StatusBarWidget widget);

  boolean canBeEnabledOn(@NotNull StatusBar statusBar);
}
