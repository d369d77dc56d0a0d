package ai.elitea.helper

import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.URI
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/** A way to a server that can be shut: requests are taken then, and not passed on. */
class Gate(server: String) : AutoCloseable {
    private val to = URI(server)
    private val listener = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    private val sockets = CopyOnWriteArrayList<Socket>()
    private val lock = ReentrantLock()
    private val changed = lock.newCondition()
    private var shut = false
    private var waiting = 0

    /** Its address. */
    val url = "http://127.0.0.1:${listener.localPort}"

    init {
        thread {
            while (true) {
                val client = listener.accept().also(sockets::add)
                val server = Socket(to.host, to.port).also(sockets::add)
                thread { pass(client, server, held = true) }
                thread { pass(server, client, held = false) }
            }
        }
    }

    private fun pass(from: Socket, to: Socket, held: Boolean) {
        val buffer = ByteArray(65536)
        while (true) {
            val length = from.getInputStream().read(buffer)
            if (length < 0) break
            if (held) lock.withLock {
                waiting++
                while (shut) changed.await()
                waiting--
            }
            to.getOutputStream().write(buffer, 0, length)
        }
        to.shutdownOutput()
    }

    private fun thread(work: () -> Unit) = Thread({
        try {
            work()
        } catch (_: java.io.IOException) {
            // Closed.
        }
    }, "gate").apply { isDaemon = true }.start()

    /** From now on nothing is passed on, or all again. */
    fun shut(yes: Boolean) = lock.withLock {
        shut = yes
        changed.signalAll()
    }

    /** Whether a request stands before it. */
    val isAsked: Boolean get() = lock.withLock { shut && waiting > 0 }

    override fun close() {
        listener.close()
        shut(false)
        sockets.forEach(Socket::close)
    }
}
