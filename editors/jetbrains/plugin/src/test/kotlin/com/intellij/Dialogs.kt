package com.intellij.openapi.ui

import com.intellij.openapi.Disposable
import com.intellij.openapi.project.Project
import com.intellij.openapi.util.Disposer
import java.util.concurrent.CopyOnWriteArrayList
import javax.swing.AbstractAction
import javax.swing.Action
import javax.swing.JComponent
import javax.swing.SwingUtilities

/** In place of the stub: makes the dialog's parts, and lets a test answer it. */
abstract class DialogWrapper protected constructor(
    @Suppress("UNUSED_PARAMETER") project: Project?, @Suppress("UNUSED_PARAMETER") canBeParent: Boolean,
) {
    var heading = ""
        private set
    var accept = "OK"
        private set
    lateinit var centre: JComponent
        private set
    private val ok = object : AbstractAction("OK") {
        override fun actionPerformed(e: java.awt.event.ActionEvent?) = Unit
    }
    private val end: Disposable = Disposer.newDisposable()

    protected fun init() {
        check(SwingUtilities.isEventDispatchThread()) { "a dialog off the UI thread" }
        centre = createCenterPanel()!!
    }

    protected abstract fun createCenterPanel(): JComponent?

    protected open fun createActions(): Array<Action> = arrayOf(ok, ok)

    protected open fun getOKAction(): Action = ok

    open fun getPreferredFocusedComponent(): JComponent? = null

    fun setTitle(title: String) {
        heading = title
    }

    protected fun setOKButtonText(text: String) {
        accept = text
    }

    /** How many buttons it has. */
    val buttons: Int get() = createActions().size

    fun showAndGet(): Boolean {
        check(SwingUtilities.isEventDispatchThread()) { "a dialog off the UI thread" }
        SHOWN += this
        getPreferredFocusedComponent()
        return try {
            ANSWER(this)
        } finally {
            Disposer.dispose(end)
        }
    }

    fun getDisposable(): Disposable = end

    companion object {
        val SHOWN = CopyOnWriteArrayList<DialogWrapper>()
        @Volatile
        var ANSWER: (DialogWrapper) -> Boolean = { true }
    }
}
