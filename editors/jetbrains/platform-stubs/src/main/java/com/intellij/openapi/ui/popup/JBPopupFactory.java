package com.intellij.openapi.ui.popup;

import com.intellij.openapi.application.ApplicationManager;
import java.util.List;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/platform-api/src/com/intellij/openapi/ui/popup/JBPopupFactory.java; before 251. */
public abstract class JBPopupFactory {
  public static JBPopupFactory getInstance() {
    return ApplicationManager.getApplication().getService(JBPopupFactory.class);
  }

  public abstract @NotNull <T> IPopupChooserBuilder<T> createPopupChooserBuilder(@NotNull List<? extends T> list);
}
