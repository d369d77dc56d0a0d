package com.intellij.openapi.components;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Shape of platform/projectModel-api/src/com/intellij/openapi/components/Storage.java; before 251. */
@Retention(RetentionPolicy.RUNTIME)
public @interface Storage {
  String value() default "";

  RoamingType roamingType() default RoamingType.DEFAULT;
}
