package com.intellij.openapi.components;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.jetbrains.annotations.NotNull;

/** Shape of platform/projectModel-api/src/com/intellij/openapi/components/State.java; before 251. */
@Retention(RetentionPolicy.RUNTIME)
public @interface State {
  @NotNull String name();

  Storage[] storages() default {};
}
