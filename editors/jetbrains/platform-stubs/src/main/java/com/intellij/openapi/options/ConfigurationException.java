package com.intellij.openapi.options;

/** Shape of platform/ide-core/src/com/intellij/openapi/options/ConfigurationException.java; before 251. */
public class ConfigurationException extends Exception {
  public ConfigurationException(String message) {
    super(message);
  }
}
