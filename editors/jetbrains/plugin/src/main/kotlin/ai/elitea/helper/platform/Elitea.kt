package ai.elitea.helper.platform

import ai.elitea.helper.client.Helper
import ai.elitea.helper.client.Life
import ai.elitea.helper.client.Places
import ai.elitea.helper.client.Surroundings
import ai.elitea.helper.flows.Desk
import ai.elitea.helper.flows.Findings
import ai.elitea.helper.flows.Flows
import ai.elitea.helper.flows.News
import ai.elitea.helper.flows.Offer
import ai.elitea.helper.Texts
import ai.elitea.helper.protocol.ClientHello
import ai.elitea.helper.protocol.Editor
import ai.elitea.helper.protocol.PROTOCOL
import ai.elitea.helper.protocol.StatusKind
import com.intellij.ide.BrowserUtil
import com.intellij.ide.plugins.PluginManager
import com.intellij.openapi.Disposable
import com.intellij.openapi.application.ApplicationInfo
import com.intellij.openapi.application.ApplicationManager
import com.intellij.openapi.application.ModalityState
import com.intellij.openapi.application.PathManager
import com.intellij.openapi.components.Service
import com.intellij.openapi.diagnostic.Logger
import com.intellij.openapi.project.Project
import com.intellij.util.EnvironmentUtil
import com.intellij.util.concurrency.ThreadingAssertions
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ProxySelector
import java.net.URI
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.Executor

/** The one helper of this IDE, and what belongs to it. Nothing runs before somebody wants something. */
@Service(Service.Level.APP)
class Elitea : Disposable {
    private val pooled = Executor { ApplicationManager.getApplication().executeOnPooledThread(it) }
    private val news = News()

    /** The helper. */
    val helper = Helper(IdeSurroundings(), pooled)

    /** What is wrong with open files. */
    val findings = Findings(helper) { Banner.lookAgain() }

    private val watch = helper.watch {
        // A change under way tells nothing of the files yet, and one that died is not started for a banner.
        if (helper.life == Life.RUNNING && helper.standing?.kind != StatusKind.BUSY) {
            findings.renew()
            Banner.lookAgain()
        }
        Widget.lookAgain()
        tellNews()
    }

    /** What the actions do, for a project or none. */
    fun flows(project: Project?) = Flows(helper, desk(project))

    private fun desk(project: Project?): Desk = IdeDesk(project)

    private fun tellNews() {
        val (weight, text) = synchronized(news) { news.of(helper.life, helper.trouble, helper.standing) } ?: return
        val flows = flows(null)
        val offers = if (helper.trouble != null) {
            listOf(Offer(Texts["offer.restart"]) { flows.restart() }, Offer(Texts["offer.log"]) { flows.showLog() })
        } else {
            listOf(Offer(Texts["offer.doctor"]) { flows.doctor() })
        }
        desk(null).tell(weight, text, offers)
    }

    /** The IDE ends or the plugin is unloaded: on the UI thread, so within a second. */
    override fun dispose() {
        watch.close()
        helper.close()
    }

    companion object {
        /** The one of this IDE. */
        fun get(): Elitea = ApplicationManager.getApplication().getService(Elitea::class.java)
    }
}

/** What the helper's keeper must know of the IDE. */
private class IdeSurroundings : Surroundings {
    private val log = Logger.getInstance(Elitea::class.java)

    override fun places() = Places(
        setting = Settings.get().path,
        plugin = PluginManager.getPluginByClass(Elitea::class.java)?.pluginPath,
        copies = folder().resolve("bin"),
        path = environment().entries.firstOrNull { it.key.equals("PATH", ignoreCase = true) }?.value.orEmpty(),
    )

    /** That of the login shell: on macOS the IDE's own lacks what a profile sets. Waits for it at the first time. */
    override fun environment(): Map<String, String> {
        ThreadingAssertions.assertBackgroundThread()
        return EnvironmentUtil.getEnvironmentMap()
    }

    override fun hello() = ClientHello(
        protocol = PROTOCOL,
        editor = ApplicationInfo.getInstance().let { Editor(it.versionName, it.fullVersion) },
        proxy = proxy(),
    )

    /** The proxy that the IDE is set to; the address asked for is any that is not local. */
    private fun proxy(): String? = try {
        val chosen = ProxySelector.getDefault()?.select(URI("https://elitea.ai/"))?.firstOrNull()
        val address = chosen?.address() as? InetSocketAddress
        when {
            address == null -> null
            chosen.type() == Proxy.Type.HTTP -> "http://${address.hostString}:${address.port}"
            else -> "socks5://${address.hostString}:${address.port}"
        }
    } catch (failed: RuntimeException) {
        log.warn("The IDE's proxy cannot be told", failed)
        null
    }

    override fun folder(): Path = Path.of(PathManager.getSystemPath(), "elitea-helper").also(Files::createDirectories)

    override fun browse(uri: String): Boolean {
        if (!uri.startsWith("https://") && !uri.startsWith("http://")) return false
        // Also while a dialog is open.
        ApplicationManager.getApplication().invokeLater({ BrowserUtil.browse(uri) }, ModalityState.any())
        return true
    }

    override fun log(line: String) = log.info(line)
}
