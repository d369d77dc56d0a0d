package ai.elitea.helper.ui

import ai.elitea.helper.flows.Row
import com.formdev.flatlaf.FlatDarculaLaf
import com.formdev.flatlaf.FlatIntelliJLaf
import java.awt.GraphicsEnvironment
import java.awt.image.BufferedImage
import java.nio.file.Files
import java.nio.file.Path
import javax.imageio.ImageIO
import javax.swing.JComponent
import javax.swing.JFrame
import javax.swing.JList
import javax.swing.JPanel
import javax.swing.SwingUtilities
import javax.swing.UIManager
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeFalse
import org.junit.jupiter.api.Test

/** Our own parts of pages, popups and dialogs, shown as the IDE shows them, and kept as pictures. */
class PicturesTest {
    private val details = listOf(
        "Server" to "https://elitea.example.com", "Account" to "Alice Doe", "Project" to "Zürich \"R&D\" <lab>",
        "Model" to "gpt-5.1", "Token" to "laptop, 12 days left, kept in the store keychain",
    )

    private fun settings() = SettingsPanel({ null }, {}, {}).apply {
        show(details)
        path = "/opt/elitea/bin/elitea-helper"
        tested("The server answers, and the token is good.", false)
    }.component

    private fun rows() = JList(
        arrayOf(
            Row("Not reachable now: as of 12 minutes ago", "", null),
            Row("Team Rocket", "4", "4", current = true),
            Row("Zürich \"R&D\" <html><b>lab", "10", "10"),
            Row("Suspended Squad", "9 · suspended", null),
        ),
    ).apply {
        cellRenderer = RowRenderer()
        selectedIndex = 2
    }

    private val parts: Map<String, () -> JComponent> = mapOf(
        "settings" to ::settings,
        "sign-in" to { SignInPanel("https://elitea.example.com") {}.component },
        "rows" to ::rows,
        "text" to { readable("Error: a comma is missing\n/home/alice/work/.idea/elitea.xml:7\nThe IDE cannot read the file.\nTo mend it: add the comma") },
    )

    @Test
    fun `every part fits and is drawn in light and dark`() {
        assumeFalse(GraphicsEnvironment.isHeadless(), "there is no display")
        val folder = Files.createDirectories(Path.of(System.getProperty("elitea.pictures")))
        for ((theme, look) in mapOf("light" to FlatIntelliJLaf(), "dark" to FlatDarculaLaf())) {
            for ((name, make) in parts) SwingUtilities.invokeAndWait {
                UIManager.setLookAndFeel(look)
                val part = make()
                val frame = JFrame()
                frame.contentPane = JPanel(java.awt.BorderLayout()).apply {
                    border = javax.swing.BorderFactory.createEmptyBorder(12, 12, 12, 12)
                    add(part)
                }
                frame.pack()
                frame.isVisible = true
                val image = BufferedImage(frame.contentPane.width * 2, frame.contentPane.height * 2, BufferedImage.TYPE_INT_RGB)
                val graphics = image.createGraphics().apply { scale(2.0, 2.0) }
                frame.contentPane.paint(graphics)
                graphics.dispose()
                frame.dispose()
                ImageIO.write(image, "png", folder.resolve("$name-$theme.png").toFile())
                val colours = (0 until image.width step 3).flatMap { x -> (0 until image.height step 3).map { y -> image.getRGB(x, y) } }.toSet()
                assertTrue(colours.size > 8, "$name-$theme is empty")
                assertTrue(image.width < 2400, "$name-$theme is too wide")
            }
        }
    }
}
