package com.intellij.openapi.ui.popup;

import com.intellij.util.Consumer;
import com.intellij.util.Function;
import javax.swing.ListCellRenderer;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/platform-api/src/com/intellij/openapi/ui/popup/IPopupChooserBuilder.java; before 251. */
public interface IPopupChooserBuilder<T> {
  IPopupChooserBuilder<T> setRenderer(ListCellRenderer<? super T> renderer);

  @NotNull IPopupChooserBuilder<T> setItemChosenCallback(@NotNull Consumer<? super T> callback);

  IPopupChooserBuilder<T> setNamerForFiltering(Function<? super T, String> namer);

  IPopupChooserBuilder<T> setTitle(@NotNull String title);

  @NotNull JBPopup createPopup();
}
