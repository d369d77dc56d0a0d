package ai.elitea.helper

import java.text.MessageFormat
import java.util.ResourceBundle

/** What people read, by the keys of the message bundle. */
object Texts {
    /** The bundle's name, as `plugin.xml` has it too. */
    const val BUNDLE = "messages.EliteaHelper"

    private val bundle by lazy { ResourceBundle.getBundle(BUNDLE, java.util.Locale.ROOT, Texts::class.java.classLoader) }

    /** The text of a key, its places filled in. */
    operator fun get(key: String, vararg filling: Any): String {
        val text = bundle.getString(key)
        return if (filling.isEmpty()) text else MessageFormat(text, java.util.Locale.ROOT).format(filling)
    }
}
