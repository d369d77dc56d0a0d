package com.intellij.diff.contents;

/** Shape of platform/diff-api/src/com/intellij/diff/contents/DiffContent.java; before 251. */
public interface DiffContent {}
