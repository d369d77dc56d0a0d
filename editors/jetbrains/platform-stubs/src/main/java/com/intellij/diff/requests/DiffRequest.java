package com.intellij.diff.requests;

/** Shape of platform/diff-api/src/com/intellij/diff/requests/DiffRequest.java; before 251. */
public abstract class DiffRequest {}
