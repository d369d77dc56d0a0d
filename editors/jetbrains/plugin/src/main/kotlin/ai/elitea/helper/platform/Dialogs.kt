package ai.elitea.helper.platform

import ai.elitea.helper.Texts
import ai.elitea.helper.flows.Credentials
import ai.elitea.helper.flows.Sides
import ai.elitea.helper.ui.SignInPanel
import ai.elitea.helper.ui.question
import ai.elitea.helper.ui.readable
import com.intellij.diff.DiffContentFactory
import com.intellij.diff.DiffManager
import com.intellij.diff.requests.SimpleDiffRequest
import com.intellij.openapi.project.Project
import com.intellij.openapi.ui.DialogWrapper
import java.awt.Dimension
import javax.swing.Action
import javax.swing.JComponent

/** Asks for a token. */
internal class SignInDialog(project: Project?, server: String?, openPage: (String) -> Unit) :
    DialogWrapper(project, true) {
    private val panel = SignInPanel(server, openPage)

    init {
        setTitle(Texts["signIn.title"])
        setOKButtonText(Texts["signIn.ok"])
        init()
    }

    override fun createCenterPanel(): JComponent = panel.component

    override fun getPreferredFocusedComponent(): JComponent = panel.first

    /** What was typed. To be called once: it empties the field. */
    fun credentials() = Credentials(panel.server, panel.take())
}

/** A text to read and copy. */
internal class TextDialog(project: Project?, title: String, private val text: String) : DialogWrapper(project, true) {
    init {
        setTitle(title)
        setOKButtonText(Texts["show.close"])
        init()
    }

    override fun createCenterPanel(): JComponent = readable(text)

    override fun createActions(): Array<Action> = arrayOf(okAction)
}

/** A question, and a decision. */
internal class ConfirmDialog(project: Project?, title: String, private val text: String, ok: String) :
    DialogWrapper(project, true) {
    init {
        setTitle(title)
        setOKButtonText(ok)
        init()
    }

    override fun createCenterPanel(): JComponent = question(text)
}

/** Two texts beside each other in the IDE's own diff, and a decision. */
internal class PreviewDialog(private val project: Project?, title: String, private val sides: Sides, ok: String) :
    DialogWrapper(project, true) {
    init {
        setTitle(title)
        setOKButtonText(ok)
        init()
    }

    override fun createCenterPanel(): JComponent {
        val contents = DiffContentFactory.getInstance()
        val panel = DiffManager.getInstance().createRequestPanel(project, disposable, null)
        panel.setRequest(
            SimpleDiffRequest(
                null,
                contents.create(project, sides.before, null),
                contents.create(project, sides.after, null),
                Texts["preview.before"],
                Texts["preview.after"],
            ),
        )
        return panel.component.apply { preferredSize = Dimension(900, 480) }
    }
}
