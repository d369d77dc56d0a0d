package ai.elitea.helper.platform

import ai.elitea.helper.flows.Flows
import com.intellij.openapi.actionSystem.ActionUpdateThread
import com.intellij.openapi.actionSystem.AnActionEvent
import com.intellij.openapi.project.DumbAwareAction

/** An action that is one of the flows. */
abstract class FlowAction(
    private val needsProject: Boolean = false,
    private val flow: Flows.() -> Any?,
) : DumbAwareAction() {
    override fun getActionUpdateThread() = ActionUpdateThread.BGT

    override fun update(e: AnActionEvent) {
        e.presentation.isEnabled = !needsProject || e.project != null
    }

    override fun actionPerformed(e: AnActionEvent) {
        Elitea.get().flows(e.project).flow()
    }
}

/** Signs in. */
class SignInAction : FlowAction(flow = { signIn() })

/** Signs out. */
class SignOutAction : FlowAction(flow = { signOut() })

/** Chooses the project. */
class SelectProjectAction : FlowAction(flow = { selectProject() })

/** Chooses the model. */
class SelectModelAction : FlowAction(flow = { selectModel() })

/** Applies the settings to the project. */
class ApplyAction : FlowAction(true, { apply() })

/** Applies the settings to all recent projects. */
class ApplyToRecentAction : FlowAction(flow = { applyToRecent() })

/** Takes the last change back. */
class UndoAction : FlowAction(flow = { undo() })

/** Takes the settings out of the project. */
class RemoveAction : FlowAction(true, { remove() })

/** Shows how things stand. */
class StatusAction : FlowAction(flow = { status() })

/** Shows what is wrong. */
class DoctorAction : FlowAction(flow = { doctor() })

/** Manages tokens. */
class TokensAction : FlowAction(flow = { tokens() })

/** Saves the settings file. */
class SaveSettingsFileAction : FlowAction(flow = { saveSettingsFile() })

/** Opens the page of tokens. */
class OpenTokenPageAction : FlowAction(flow = { openTokenPage() })

/** Restarts the helper. */
class RestartAction : FlowAction(flow = { restart() })

/** Writes the support report. */
class ReportAction : FlowAction(flow = { report() })

/** Shows the log. */
class ShowLogAction : FlowAction(flow = { showLog() })
