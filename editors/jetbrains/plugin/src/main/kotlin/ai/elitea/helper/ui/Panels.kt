package ai.elitea.helper.ui

import ai.elitea.helper.Texts
import ai.elitea.helper.flows.Row
import ai.elitea.helper.flows.Words
import java.awt.BorderLayout
import java.awt.Component
import java.awt.FlowLayout
import java.awt.Font
import java.awt.GridBagConstraints
import java.awt.GridBagLayout
import java.awt.Insets
import javax.swing.BorderFactory
import javax.swing.DefaultListCellRenderer
import javax.swing.JButton
import javax.swing.JComponent
import javax.swing.JLabel
import javax.swing.JList
import javax.swing.JPanel
import javax.swing.JPasswordField
import javax.swing.JScrollPane
import javax.swing.JTextArea
import javax.swing.JTextField
import javax.swing.ListCellRenderer
import javax.swing.UIManager

/** A column of labels with their fields. */
internal class Form {
    val panel = JPanel(GridBagLayout())
    private var row = 0

    fun row(label: String, field: JComponent, beside: JComponent? = null) {
        val name = plain(label).apply {
            labelFor = field
            // Screens between two scales draw some letters wider than they were measured.
            border = BorderFactory.createEmptyBorder(0, 0, 0, 6)
        }
        panel.add(name, cell(0, 0.0, GridBagConstraints.NONE))
        panel.add(field, cell(1, 1.0, GridBagConstraints.HORIZONTAL, if (beside == null) 2 else 1))
        if (beside != null) panel.add(beside, cell(2, 0.0, GridBagConstraints.NONE))
        row++
    }

    fun hint(text: String) {
        val label = plain(text).apply { foreground = UIManager.getColor("Label.disabledForeground") ?: foreground }
        panel.add(label, cell(1, 1.0, GridBagConstraints.HORIZONTAL, 2))
        row++
    }

    fun full(component: JComponent) {
        panel.add(component, cell(0, 1.0, GridBagConstraints.HORIZONTAL, 3))
        row++
    }

    fun atTop() = JPanel(BorderLayout()).apply { add(panel, BorderLayout.NORTH) }

    private fun cell(x: Int, weight: Double, fill: Int, width: Int = 1) = GridBagConstraints(
        x, row, width, 1, weight, 0.0, GridBagConstraints.LINE_START, fill, Insets(4, if (x == 0) 0 else 8, 4, 0), 0, 0,
    )
}

/** A label that shows its text as it is, also where that looks like HTML. */
internal fun plain(text: String) = JLabel().apply {
    putClientProperty("html.disable", true)
    this.text = text
}

/** The settings page. Its texts about the account are told by the helper; only the path is edited here. */
class SettingsPanel(browse: () -> String?, test: () -> Unit, signIn: () -> Unit) {
    private val values = listOf("server", "account", "project", "model", "token", "store").associateWith { plain("…") }
    private val program = JTextField(36)
    private val result = wrapped("", 3, 48)
    private val testing = JButton(Texts["settings.test"])

    /** The page. */
    val component: JComponent

    /** The helper's path as it is typed. */
    var path: String
        get() = program.text.trim()
        set(value) {
            program.text = value
        }

    init {
        val form = Form()
        for ((name, value) in values) form.row(Texts["detail.$name"] + ":", value)
        val search = JButton(Texts["settings.browse"])
        search.addActionListener { browse()?.let { program.text = it } }
        form.row(Texts["settings.program"], program, search)
        form.hint(Texts["settings.program.hint"])
        testing.addActionListener { test() }
        val account = JButton(Texts["settings.signIn"]).apply { addActionListener { signIn() } }
        form.full(JPanel(FlowLayout(FlowLayout.LEADING, 8, 0)).apply {
            (layout as FlowLayout).alignOnBaseline = true
            border = BorderFactory.createEmptyBorder(8, -8, 0, 0)
            add(testing)
            add(account)
        })
        form.full(result)
        component = form.atTop()
    }

    /** Shows the parts of a status, in the order of [Words.details]. */
    fun show(details: List<Pair<String, String>>) {
        values.values.zip(details).forEach { (label, detail) -> label.text = Words.visible(detail.second) }
    }

    /** Shows that a test is under way, or what came of it. */
    fun tested(words: String, running: Boolean) {
        result.text = Words.visible(words)
        testing.isEnabled = !running
    }
}

/** What a sign-in asks for. */
class SignInPanel(server: String?, openPage: (String) -> Unit) {
    private val address = JTextField(server.orEmpty(), 36)
    private val secret = JPasswordField(36)

    /** The fields. */
    val component: JComponent

    /** Where typing begins. */
    val first: JComponent get() = if (address.text.isBlank()) address else secret

    /** The server as typed; null: none. */
    val server: String? get() = address.text.trim().ifEmpty { null }

    init {
        val form = Form()
        val page = JButton(Texts["signIn.page"]).apply { addActionListener { openPage(address.text.trim()) } }
        form.row(Texts["signIn.server"], address, page)
        form.row(Texts["signIn.token"], secret)
        form.hint(Texts["signIn.hint"])
        component = form.panel
    }

    /** Takes the token out of the field. */
    fun take(): CharArray = secret.password.also { secret.text = "" }
}

/** A text to read and copy, as high as it needs within bounds. */
fun readable(text: String): JComponent {
    val lines = text.lineSequence().sumOf { 1 + it.length / COLUMNS }
    val area = JTextArea(text, lines.coerceIn(4, 24), COLUMNS).apply {
        isEditable = false
        lineWrap = true
        wrapStyleWord = true
        margin = Insets(8, 8, 8, 8)
        caretPosition = 0
    }
    return JScrollPane(area)
}

/** A short text above buttons; it can be copied, too. */
fun question(text: String): JComponent {
    val shown = text.lineSequence().joinToString("\n", transform = Words::visible)
    val lines = shown.lineSequence().sumOf { 1 + it.length / (COLUMNS * 3 / 4) }
    return JScrollPane(wrapped(shown, lines.coerceIn(1, 12), COLUMNS * 3 / 4)).apply {
        border = null
        isOpaque = false
        viewport.isOpaque = false
    }
}

/** Text that looks like a label, is broken into lines, and can be copied. */
private fun wrapped(text: String, rows: Int, columns: Int) = JTextArea(text, rows, columns).apply {
    isEditable = false
    isOpaque = false
    lineWrap = true
    wrapStyleWord = true
    border = BorderFactory.createEmptyBorder(0, 0, 0, 10)
    font = UIManager.getFont("Label.font") ?: font
    foreground = UIManager.getColor("Label.foreground") ?: foreground
    caretPosition = 0
}

private const val COLUMNS = 64

/** Rows with what sets them apart beside them; one that cannot be chosen is grey. */
class RowRenderer : ListCellRenderer<Row> {
    private val label = DefaultListCellRenderer()
    private val detail = DefaultListCellRenderer()
    private val line = JPanel(BorderLayout(16, 0))

    init {
        listOf(label, detail).forEach {
            it.putClientProperty("html.disable", true)
            it.isOpaque = false
        }
        line.add(label, BorderLayout.CENTER)
        line.add(detail, BorderLayout.EAST)
        line.border = BorderFactory.createEmptyBorder(3, 8, 3, 8)
    }

    override fun getListCellRendererComponent(
        list: JList<out Row>, row: Row, index: Int, selected: Boolean, focused: Boolean,
    ): Component {
        label.getListCellRendererComponent(list, Words.visible(row.label), index, selected, false)
        detail.getListCellRendererComponent(list, Words.visible(row.detail), index, selected, false)
        // Screens between two scales draw some letters wider than they were measured.
        listOf(label, detail).forEach { it.border = BorderFactory.createEmptyBorder(0, 0, 0, 16) }
        val grey = UIManager.getColor("Label.disabledForeground")
        if (row.current) label.font = label.font.deriveFont(Font.BOLD)
        if (!selected && grey != null) {
            detail.foreground = grey
            if (row.value == null) label.foreground = grey
        }
        line.background = if (selected) list.selectionBackground else list.background
        line.isOpaque = true
        return line
    }
}
