package com.intellij.diff.contents;

/** Shape of platform/diff-api/src/com/intellij/diff/contents/DocumentContent.java; before 251. */
public interface DocumentContent extends DiffContent {}
