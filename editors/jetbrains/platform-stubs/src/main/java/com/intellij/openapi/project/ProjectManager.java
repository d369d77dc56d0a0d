package com.intellij.openapi.project;

import com.intellij.openapi.application.ApplicationManager;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/projectModel-api/src/com/intellij/openapi/project/ProjectManager.java; before 251. */
public abstract class ProjectManager {
  public static ProjectManager getInstance() {
    return ApplicationManager.getApplication().getService(ProjectManager.class);
  }

  public abstract Project @NotNull [] getOpenProjects();
}
