package com.intellij.openapi.fileEditor;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.util.UserDataHolder;

/** Shape of platform/analysis-api/src/com/intellij/openapi/fileEditor/FileEditor.java; before 251. */
public interface FileEditor extends UserDataHolder, Disposable {}
