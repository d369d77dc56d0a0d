package ai.elitea.helper.flows

import ai.elitea.helper.client.Helper
import ai.elitea.helper.client.HelperException
import ai.elitea.helper.client.Life
import ai.elitea.helper.protocol.StatusChange
import ai.elitea.helper.protocol.StatusCommand
import ai.elitea.helper.protocol.StatusKind
import ai.elitea.helper.protocol.TokenState
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class WordsTest {
    @Test
    fun `names from a server are text and nothing else`() {
        assertEquals("&lt;a href=&quot;x&quot;&gt; &amp; co", Words.html("<a href=\"x\"> & co"))
        assertEquals("a\\u{202e}b\\u{1b}", Words.visible("a\u202eb\u001b"))
        assertEquals("a<br>b", Words.html("a\nb"))
    }

    @Test
    fun `what a token has left`() {
        assertEquals("never expires", Words.life(TokenState.NEVER, null))
        assertEquals("1 day left", Words.life(TokenState.EXPIRING, 1))
        assertEquals("1,200 days left", Words.life(TokenState.ACTIVE, 1200))
        assertEquals("expires today", Words.life(TokenState.EXPIRING, 0))
    }

    @Test
    fun `every state has a face, and offers what mends it`() {
        for (kind in StatusKind.entries) {
            val face = Face.of(Life.RUNNING, null, StatusChange(kind, "said", StatusCommand("Sign in", "elitea/auth/login")))
            for (suffix in listOf("", "_dark")) assertNotNull(javaClass.getResource("/icons/${face.icon}$suffix.svg"), face.icon)
            assertEquals("signIn", face.action)
            assertTrue("said" in face.tooltip)
        }
        assertEquals("restart", Face.of(Life.FAILED, HelperException("E", "gone"), null).action)
        assertEquals("idle", Face.of(Life.STOPPED, null, null).icon)
    }

    @Test
    fun `people are told once`() {
        val news = News()
        val bad = StatusChange(StatusKind.WARNING, "7 days left")
        assertEquals(Weight.WARNING to "7 days left", news.of(Life.RUNNING, null, bad))
        assertNull(news.of(Life.RUNNING, null, bad))
        assertNull(news.of(Life.RUNNING, null, StatusChange(StatusKind.BUSY, "writing")))
        assertNull(news.of(Life.RUNNING, null, bad))
        assertNull(news.of(Life.RUNNING, null, StatusChange(StatusKind.OK, "fine")))
        assertNotNull(news.of(Life.RUNNING, null, bad))
        assertNull(news.of(Life.FAILED, HelperException("E", "not there"), null), "who asked is told")
        assertEquals(Weight.ERROR, news.of(Life.FAILED, HelperException(Helper.GAVE_UP, "gone"), null)?.first)
    }

    @Test
    fun `a diff is parted into its sides`() {
        val diff = "--- a\n+++ a\n@@ -1,3 +1,3 @@\n one\n-two\n+ZWEI\n three\n\\ No newline at end of file"
        assertEquals(Sides("one\ntwo\nthree\n", "one\nZWEI\nthree\n"), Sides.of(listOf("a" to diff)))
        assertEquals("// a\none\ntwo\nthree\n// b\n", Sides.of(listOf("a" to diff, "b" to "")).before)
    }
}
