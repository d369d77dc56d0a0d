package com.intellij.notification;

import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.project.Project;
import java.util.List;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/ide-core/src/com/intellij/notification/Notification.java; before 251. */
public class Notification {
  /** The ones shown, for tests; the real class has no such thing. */
  public static final List<Notification> SHOWN = new java.util.concurrent.CopyOnWriteArrayList<>();

  public final String title;
  public final String content;
  public final NotificationType type;
  public final List<AnAction> actions = new java.util.ArrayList<>();

  Notification(String title, String content, NotificationType type) {
    this.title = title;
    this.content = content;
    this.type = type;
  }

  public @NotNull Notification addAction(@NotNull AnAction action) {
    actions.add(action);
    return this;
  }

  public void notify(@Nullable Project project) {
    SHOWN.add(this);
  }

  public void expire() {}
}
