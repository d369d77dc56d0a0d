package ai.elitea.helper.platform

import com.intellij.openapi.application.ApplicationInfo
import com.intellij.openapi.extensions.PluginId
import com.intellij.openapi.util.BuildNumber
import java.time.ZonedDateTime
import java.util.Calendar

/** An IDE of the oldest build. */
@Suppress("OVERRIDE_DEPRECATION")
class TestInfo : ApplicationInfo() {
    override fun getBuildDate(): Calendar = Calendar.getInstance()
    override fun getBuildTime(): ZonedDateTime = ZonedDateTime.now()
    override fun getBuild(): BuildNumber = BuildNumber.fromString("IC-251.27812.49")!!
    override fun getApiVersion() = "251.27812.49"
    override fun getMajorVersion() = "2025"
    override fun getMinorVersion() = "1"
    override fun getMicroVersion() = "0"
    override fun getPatchVersion() = "0"
    override fun getVersionName() = "IntelliJ IDEA"
    override fun getCompanyName() = "JetBrains s.r.o."
    override fun getShortCompanyName() = "JetBrains"
    override fun getCompanyURL() = ""
    override fun getProductUrl() = ""
    override fun getJetBrainsTvUrl() = ""
    override fun hasHelp() = false
    override fun hasContextHelp() = false
    override fun getFullVersion() = "2025.1"
    override fun getStrictVersion() = "2025.1"
    override fun getFullApplicationName() = "IntelliJ IDEA 2025.1"
    override fun isEssentialPlugin(id: String) = false
    override fun isEssentialPlugin(id: PluginId) = false
}
