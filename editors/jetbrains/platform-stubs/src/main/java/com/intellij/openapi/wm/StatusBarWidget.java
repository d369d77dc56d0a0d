package com.intellij.openapi.wm;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.ui.popup.JBPopup;
import com.intellij.util.Consumer;
import java.awt.event.MouseEvent;
import javax.swing.Icon;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

/** Shape of platform/platform-api/src/com/intellij/openapi/wm/StatusBarWidget.java; before 251. */
public interface StatusBarWidget extends Disposable {
  @NotNull String ID();

  default @Nullable WidgetPresentation getPresentation() {
    return null;
  }

  void install(@NotNull StatusBar statusBar);

  @Override
  void dispose();

  interface WidgetPresentation {
    @Nullable String getTooltipText();

    default @Nullable Consumer<MouseEvent> getClickConsumer() {
      return null;
    }
  }

  interface MultipleTextValuesPresentation extends WidgetPresentation {
    @Nullable String getSelectedValue();

    default @Nullable JBPopup getPopup() {
      return null;
    }

    default @Nullable Icon getIcon() {
      return null;
    }
  }
}
