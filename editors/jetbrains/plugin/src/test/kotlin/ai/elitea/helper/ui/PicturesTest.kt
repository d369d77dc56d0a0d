package ai.elitea.helper.ui

import ai.elitea.helper.Texts
import ai.elitea.helper.flows.Row
import ai.elitea.helper.flows.Words
import ai.elitea.helper.protocol.FoundToken
import ai.elitea.helper.protocol.Model
import ai.elitea.helper.protocol.ModelList
import ai.elitea.helper.protocol.TokenPlace
import ai.elitea.helper.protocol.TokenState
import com.formdev.flatlaf.FlatDarculaLaf
import com.formdev.flatlaf.FlatIntelliJLaf
import java.awt.BorderLayout
import java.awt.Component
import java.awt.Container
import java.awt.Dimension
import java.awt.FlowLayout
import java.awt.GraphicsEnvironment
import java.awt.image.BufferedImage
import java.nio.file.Files
import java.nio.file.Path
import javax.imageio.ImageIO
import javax.swing.BorderFactory
import javax.swing.JButton
import javax.swing.JComponent
import javax.swing.JFrame
import javax.swing.JLabel
import javax.swing.JList
import javax.swing.JPanel
import javax.swing.SwingConstants
import javax.swing.SwingUtilities
import javax.swing.UIManager
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeFalse
import org.junit.jupiter.api.Test

/** Our own parts of pages, popups and dialogs, shown as the IDE shows them, and kept as pictures. */
class PicturesTest {
    private val details = listOf(
        "Server" to "https://elitea.example.com", "Account" to "Alice Doe", "Project" to "Zürich \"R&D\" <lab>",
        "Model" to "gpt-5.1", "Token" to Texts["detail.tokenLife", "laptop", "12 days left"],
        "Kept in" to Texts["detail.storeOf", "keychain", "alice@workbench"],
    )

    private fun settings(told: String, wide: Int = 760) = SettingsPanel({ null }, {}, {}).apply {
        show(details)
        path = "/opt/elitea/bin/elitea-helper"
        tested(told, false)
    }.component.apply { preferredSize = Dimension(wide, 360) }

    /** A popup: a title above rows. */
    private fun popup(title: String, rows: List<Row>, selected: Int = 0): JComponent {
        val list = JList(rows.toTypedArray()).apply {
            cellRenderer = RowRenderer()
            selectedIndex = selected
        }
        return JPanel(BorderLayout()).apply {
            add(JLabel(title, SwingConstants.CENTER).apply { border = BorderFactory.createEmptyBorder(4, 8, 6, 8) }, BorderLayout.NORTH)
            add(list)
        }
    }

    /** A dialog: buttons below its middle. */
    private fun dialog(middle: JComponent, vararg buttons: String): JComponent = JPanel(BorderLayout(0, 12)).apply {
        add(middle)
        add(JPanel(FlowLayout(FlowLayout.TRAILING, 8, 0)).apply { buttons.forEach { add(JButton(it)) } }, BorderLayout.SOUTH)
    }

    private fun projects() = listOf(
        Row("Not reachable now: as of 12 minutes ago", "", null),
        Row("Team Rocket", "4", "4", current = true),
        Row("Zürich \"R&D\" <html><b>lab", "10", "10"),
        Row("Suspended Squad", "9 · suspended", null),
    )

    private fun models(): List<Row> {
        fun model(name: String, shown: String, window: Long, vision: Boolean, default: Boolean = false, current: Boolean = false) = Model(
            name = name, displayName = shown, owner = 1, shared = false, contextWindow = window, vision = vision,
            reasoning = true, default = default, current = current,
        )
        return Words.models(
            ModelList(
                4,
                listOf(
                    model("gpt-5.1", "GPT-5.1", 400_000, vision = true, default = true),
                    model("claude-sonnet-4-5", "Claude Sonnet 4.5", 1_000_000, vision = true, current = true),
                    model("a-model-of-a-very-long-name-that-somebody-has-deployed-2026-11-01", "", 8_000, vision = false),
                ),
            ),
        )
    }

    private fun found() = listOf(Row(Texts["signIn.paste"], "", "paste")) + listOf(
        FoundToken("a", listOf(TokenPlace("/home/alice/.cursor/mcp.json", 4, 10, "Authorization")), "https://elitea.example.com", null, 12, TokenState.ACTIVE, false),
        FoundToken("b", listOf(TokenPlace(variable = "ELITEA_TOKEN")), null, null, null, TokenState.NEVER, false),
    ).map { Words.found(it, null) }

    private val widget = listOf("signIn", "selectProject", "selectModel", "apply", "tokens", "status", "doctor", "restart")
        .map { Row(Texts["action.EliteaHelper.$it.text"], "", it, it == "signIn") } + Row(Texts["widget.settings"], "", "settings")

    private val status = """
        Server: https://elitea.example.com
        Account: Alice Doe
        Project: Team Rocket
        Model: the project's default
        Token: laptop, 12 days left
        Kept in: keychain of alice@workbench
        In order: /home/alice/work/shop/.idea/elitea.xml
        Has values of yours that differ: /home/alice/work/a-project-with-a-rather-long-name/services/orders/.idea/elitea.xml
    """.trimIndent()

    private val doctor = """
        Error: a comma is missing
        /home/alice/work/.idea/elitea.xml:7
        The IDE cannot read the file.
        To mend it: add the comma

        Warning: the token expires in 3 days
        An expired token signs nobody in.
        To mend it: rotate it
    """.trimIndent()

    private val parts: Map<String, () -> JComponent> = mapOf(
        "settings" to { settings("The server answers, and the token is good.") },
        "settings-failed" to { settings("The server https://elitea.example.com does not answer: connection refused. Check the address, the network and the proxy of the IDE, then test again.") },
        "settings-narrow" to { settings("The server answers, and the token is good.", 430) },
        "sign-in" to { dialog(SignInPanel("https://elitea.example.com") {}.component, "Cancel", "Sign In") },
        "projects" to { popup("Select Project", projects(), 2) },
        "models" to { popup("Select Model", models()) },
        "found" to { popup("Sign In to ELITEA", found()) },
        "widget" to { popup("ELITEA Helper", widget) },
        "status" to { dialog(readable(status), "Close") },
        "doctor" to { dialog(readable(doctor), "Close") },
        "question" to { dialog(question(Texts["ask.logout.text"]), "Cancel", "Sign Out") },
        "question-files" to { dialog(question(Texts["ask.undo.text", "apply", "2026-11-25 18:31", "/home/alice/work/shop/.idea/elitea.xml\n/home/alice/work/a-project-with-a-rather-long-name/services/orders/.idea/elitea.xml"]), "Cancel", "Undo") },
    )

    private fun all(of: Container): List<Component> = of.components.flatMap { listOf(it) + if (it is Container) all(it) else emptyList() }

    @Test
    fun `every part fits and is drawn in light and dark`() {
        if (System.getenv("ELITEA_TESTS_RUN") == null) assumeFalse(GraphicsEnvironment.isHeadless(), "there is no display")
        val folder = Files.createDirectories(Path.of(System.getProperty("elitea.pictures")))
        for ((theme, look) in mapOf("light" to FlatIntelliJLaf(), "dark" to FlatDarculaLaf())) {
            for ((name, make) in parts) SwingUtilities.invokeAndWait {
                UIManager.setLookAndFeel(look)
                val part = make()
                val frame = JFrame()
                frame.contentPane = JPanel(BorderLayout()).apply {
                    border = BorderFactory.createEmptyBorder(12, 12, 12, 12)
                    add(part)
                }
                frame.pack()
                frame.isVisible = true
                val image = BufferedImage(frame.contentPane.width * 2, frame.contentPane.height * 2, BufferedImage.TYPE_INT_RGB)
                val graphics = image.createGraphics().apply { scale(2.0, 2.0) }
                frame.contentPane.paint(graphics)
                graphics.dispose()
                ImageIO.write(image, "png", folder.resolve("$name-$theme.png").toFile())
                val colours = (0 until image.width step 3).flatMap { x -> (0 until image.height step 3).map { y -> image.getRGB(x, y) } }.toSet()
                assertTrue(colours.size > 8, "$name-$theme is empty")
                assertTrue(image.width < 2400, "$name-$theme is too wide")
                // What is named to a screen reader has a name: buttons and fields.
                for (button in all(part).filterIsInstance<JButton>().filter { it.isFocusable && it.parent !is javax.swing.JScrollBar }) {
                    assertTrue(button.text.isNotBlank() || button.accessibleContext.accessibleName.orEmpty().isNotBlank(), name)
                }
                frame.dispose()
            }
        }
    }
}
