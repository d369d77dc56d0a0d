package ai.elitea.helper.platform

import ai.elitea.helper.Texts
import ai.elitea.helper.flows.Words
import ai.elitea.helper.protocol.NoParams
import ai.elitea.helper.protocol.Requests
import ai.elitea.helper.protocol.Status
import ai.elitea.helper.ui.SettingsPanel
import com.intellij.ide.ui.search.SearchableOptionContributor
import com.intellij.ide.ui.search.SearchableOptionProcessor
import com.intellij.openapi.application.ApplicationManager
import com.intellij.openapi.application.ModalityState
import com.intellij.openapi.components.PersistentStateComponent
import com.intellij.openapi.components.RoamingType
import com.intellij.openapi.components.Service
import com.intellij.openapi.components.State
import com.intellij.openapi.components.Storage
import com.intellij.openapi.fileChooser.FileChooser
import com.intellij.openapi.fileChooser.FileChooserDescriptorFactory
import com.intellij.openapi.options.ConfigurationException
import com.intellij.openapi.options.SearchableConfigurable
import java.nio.file.Path
import javax.swing.JComponent

/** What the IDE keeps for us: of this machine, never of a project, and never synchronised to another. */
@Service(Service.Level.APP)
@State(name = "EliteaHelperPlugin", storages = [Storage("elitea-helper.xml", roamingType = RoamingType.DISABLED)])
class Settings : PersistentStateComponent<Settings.Values> {
    /** The values, as the IDE's serializer wants them. */
    class Values {
        /** The helper's path; empty: looked for. */
        @JvmField
        var path: String = ""
    }

    @Volatile
    private var values = Values()

    /** The helper's path; empty: looked for. */
    var path: String
        get() = values.path
        set(value) {
            values = Values().apply { path = value }
        }

    override fun getState(): Values = values

    override fun loadState(state: Values) {
        values = state
    }

    companion object {
        /** Those of this IDE. */
        fun get(): Settings = ApplicationManager.getApplication().getService(Settings::class.java)
    }
}

/** The page under Settings | Tools. */
class SettingsPage : SearchableConfigurable {
    private var panel: SettingsPanel? = null

    override fun getId() = ID

    override fun getDisplayName() = Texts["settings.name"]

    override fun createComponent(): JComponent {
        val made = SettingsPanel(::chooseProgram, ::test, ::signIn)
        panel = made
        made.path = Settings.get().path
        ask("")
        return made.component
    }

    private fun chooseProgram(): String? {
        val descriptor = FileChooserDescriptorFactory.createSingleFileNoJarsDescriptor()
        return FileChooser.chooseFile(descriptor, null, null)?.path
    }

    private fun signIn() {
        Elitea.get().flows(null).signIn().thenRun { ApplicationManager.getApplication().invokeLater({ ask("") }, ANY) }
    }

    private fun test() = ask(Texts["settings.good"])

    private fun ask(good: String) {
        val asking = panel ?: return
        asking.tested(Texts["settings.testing"], true)
        Elitea.get().helper.ask(Requests.STATUS_GET, NoParams(), Status::class.java).whenComplete { status, failed ->
            ApplicationManager.getApplication().invokeLater({ told(asking, status, failed, good) }, ANY)
        }
    }

    private fun told(asking: SettingsPanel, status: Status?, failed: Throwable?, good: String) {
        if (panel !== asking) return
        if (status == null) {
            asking.tested(failed?.let(Words::failure).orEmpty(), false)
            return
        }
        asking.show(Words.details(status))
        asking.tested(status.problems.firstOrNull()?.message ?: good, false)
    }

    override fun isModified() = panel?.let { it.path != Settings.get().path } ?: false

    override fun apply() {
        val path = panel?.path ?: return
        val absolute = try {
            path.isEmpty() || Path.of(path).isAbsolute
        } catch (_: java.nio.file.InvalidPathException) {
            false
        }
        if (!absolute) throw ConfigurationException(Texts["settings.program.relative"])
        Settings.get().path = path
        Elitea.get().helper.restart()
        ask("")
    }

    override fun reset() {
        panel?.path = Settings.get().path
    }

    override fun disposeUIResources() {
        panel = null
    }

    companion object {
        /** As `plugin.xml` has it. */
        const val ID = "ai.elitea.helper.settings"

        /** The page is in a dialog or in none, and shown or not yet; only labels of it are set. */
        private val ANY get() = ModalityState.any()
    }
}

/** Makes the page's texts findable in the search of the settings. */
class SettingsSearch : SearchableOptionContributor() {
    override fun processOptions(processor: SearchableOptionProcessor) {
        val name = Texts["settings.name"]
        val labels = listOf("detail.server", "detail.project", "detail.model", "detail.token", "detail.store", "settings.program", "settings.test")
        for (label in labels.map { Texts[it] }) processor.addOptions(label, null, label, SettingsPage.ID, name, true)
        processor.addOptions(Texts["settings.search"], null, null, SettingsPage.ID, name, true)
    }
}
