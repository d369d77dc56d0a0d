package ai.elitea.helper.platform

import ai.elitea.helper.Texts
import ai.elitea.helper.flows.Face
import ai.elitea.helper.flows.Row
import ai.elitea.helper.ui.RowRenderer
import com.intellij.openapi.application.ApplicationManager
import com.intellij.openapi.options.ShowSettingsUtil
import com.intellij.openapi.project.Project
import com.intellij.openapi.project.ProjectManager
import com.intellij.openapi.ui.popup.JBPopup
import com.intellij.openapi.ui.popup.JBPopupFactory
import com.intellij.openapi.util.IconLoader
import com.intellij.openapi.wm.StatusBar
import com.intellij.openapi.wm.StatusBarWidget
import com.intellij.openapi.wm.StatusBarWidgetFactory
import com.intellij.openapi.wm.WindowManager
import java.awt.event.MouseEvent
import javax.swing.Icon

/** Makes the status bar's widget. */
class WidgetFactory : StatusBarWidgetFactory {
    override fun getId() = Widget.ID

    override fun getDisplayName() = Texts["widget.name"]

    override fun isAvailable(project: Project) = true

    override fun createWidget(project: Project): StatusBarWidget = Widget(project)

    override fun disposeWidget(widget: StatusBarWidget) = widget.dispose()

    override fun canBeEnabledOn(statusBar: StatusBar) = true
}

/** How things stand, and a list of what can be done. */
class Widget(private val project: Project) : StatusBarWidget, StatusBarWidget.MultipleTextValuesPresentation {
    override fun ID() = ID

    override fun getPresentation(): StatusBarWidget.WidgetPresentation = this

    override fun install(statusBar: StatusBar) {}

    override fun dispose() {}

    private fun face(): Face = Elitea.get().helper.run { Face.of(life, trouble, standing) }

    override fun getSelectedValue() = face().text

    override fun getTooltipText() = face().tooltip

    override fun getIcon(): Icon = IconLoader.getIcon("/icons/${face().icon}.svg", Widget::class.java)

    override fun getClickConsumer(): com.intellij.util.Consumer<MouseEvent>? = null

    override fun getPopup(): JBPopup {
        val first = face().action
        val rows = ACTIONS.sortedBy { it != first }.map { Row(Texts["action.EliteaHelper.$it.text"], "", it, it == first) } +
            Row(Texts["widget.settings"], "", SETTINGS)
        return JBPopupFactory.getInstance().createPopupChooserBuilder(rows)
            .setTitle(Texts["widget.name"])
            .setRenderer(RowRenderer())
            .setNamerForFiltering(Row::label)
            .setItemChosenCallback { row -> perform(row.value) }
            .createPopup()
    }

    private fun perform(action: String?) {
        val flows = Elitea.get().flows(project)
        when (action) {
            "signIn" -> flows.signIn()
            "selectProject" -> flows.selectProject()
            "selectModel" -> flows.selectModel()
            "apply" -> flows.apply()
            "tokens" -> flows.tokens()
            "status" -> flows.status()
            "doctor" -> flows.doctor()
            "restart" -> flows.restart()
            SETTINGS -> ShowSettingsUtil.getInstance().showSettingsDialog(project, SettingsPage::class.java)
        }
    }

    companion object {
        /** As `plugin.xml` has it. */
        const val ID = "ai.elitea.helper.widget"
        private const val SETTINGS = "settings"
        private val ACTIONS =
            listOf("signIn", "selectProject", "selectModel", "apply", "tokens", "status", "doctor", "restart")

        /** Shows in every window what has changed. */
        fun lookAgain() {
            val application = ApplicationManager.getApplication()
            application.invokeLater {
                for (project in ProjectManager.getInstance().openProjects) {
                    if (!project.isDisposed) WindowManager.getInstance().getStatusBar(project)?.updateWidget(ID)
                }
            }
        }
    }
}
