package com.intellij.openapi.fileChooser;

/** Shape of platform/ide-core/src/com/intellij/openapi/fileChooser/FileChooserDescriptor.java; before 251. */
public class FileChooserDescriptor {}
