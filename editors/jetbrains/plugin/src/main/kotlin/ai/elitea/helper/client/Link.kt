package ai.elitea.helper.client

import ai.elitea.helper.Texts
import ai.elitea.helper.protocol.ClientHello
import ai.elitea.helper.protocol.PROTOCOL
import com.google.gson.Gson
import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonObject
import com.google.gson.JsonPrimitive
import java.io.IOException
import java.nio.file.Path
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicLong
import org.eclipse.lsp4j.jsonrpc.JsonRpcException
import org.eclipse.lsp4j.jsonrpc.json.JsonRpcMethod
import org.eclipse.lsp4j.jsonrpc.json.MessageJsonHandler
import org.eclipse.lsp4j.jsonrpc.json.MethodProvider
import org.eclipse.lsp4j.jsonrpc.json.StreamMessageConsumer
import org.eclipse.lsp4j.jsonrpc.json.StreamMessageProducer
import org.eclipse.lsp4j.jsonrpc.messages.Message
import org.eclipse.lsp4j.jsonrpc.messages.NotificationMessage
import org.eclipse.lsp4j.jsonrpc.messages.RequestMessage
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode
import org.eclipse.lsp4j.jsonrpc.messages.ResponseMessage

/** What a helper tells unasked, and what it asks. Called on the reader's thread. */
interface Listener {
    /** A notification. */
    fun told(method: String, params: JsonElement)

    /** It wants a page shown; whether it was. */
    fun show(uri: String): Boolean

    /** A line of its log. */
    fun logged(line: String)

    /** It is gone. */
    fun ended()
}

/** One running helper. */
class Link private constructor(private val process: Process, private val listener: Listener) {
    private val gson = Gson()
    private val ids = AtomicLong()
    private val pending = ConcurrentHashMap<String, CompletableFuture<JsonElement>>()
    // The library drops the result of a method that it does not know; to us all are the same.
    private val handler = MessageJsonHandler(
        mapOf(ANY to JsonRpcMethod.request(ANY, JsonElement::class.java, JsonElement::class.java)),
    ).apply { methodProvider = MethodProvider { ANY } }
    @Volatile
    private var hasEnded = false
    private val output = StreamMessageConsumer(process.outputStream, handler)

    /** Its process. */
    val pid: Long get() = process.pid()

    /** Whether it still runs. */
    val isAlive: Boolean get() = process.isAlive

    /** A request under way. */
    inner class Call internal constructor(val id: String, val answer: CompletableFuture<JsonElement>) {
        /** Asks the helper to stop. It answers all the same: that it stopped, or what it did. */
        fun callOff() {
            val params = JsonObject().apply { addProperty("id", id) }
            try {
                notify("\$/cancelRequest", params)
            } catch (_: IOException) {
                // It is gone, and the answer has failed for that.
            }
        }
    }

    /** Sends a request. Blocks while the helper does not read, so never from the UI thread. */
    fun request(method: String, params: Any?): Call {
        val id = ids.incrementAndGet().toString()
        val answer = CompletableFuture<JsonElement>()
        pending[id] = answer
        val message = RequestMessage().apply {
            this.id = id
            this.method = method
            this.params = params?.let(gson::toJsonTree)
        }
        try {
            send(message)
        } catch (failed: IOException) {
            pending.remove(id)
            answer.completeExceptionally(gone(failed))
        }
        // The end may have come before it was noted down, and then nobody else sees it.
        if (hasEnded || !process.isAlive) fail()
        return Call(id, answer)
    }

    private fun notify(method: String, params: Any?) = send(
        NotificationMessage().apply {
            this.method = method
            this.params = params?.let(gson::toJsonTree)
        },
    )

    private fun send(message: Message) = try {
        output.consume(message)
    } catch (failed: JsonRpcException) {
        throw IOException(failed.message, failed)
    }

    private fun receive(message: Message) {
        when (message) {
            is ResponseMessage -> {
                val answer = pending.remove(message.id ?: return) ?: return
                val error = message.error
                if (error == null) answer.complete(json(message.result))
                else answer.completeExceptionally(failure(error))
            }
            is RequestMessage -> answer(message)
            is NotificationMessage -> listener.told(message.method, json(message.params))
        }
    }

    private fun answer(request: RequestMessage) {
        val response = ResponseMessage().apply { rawId = request.rawId }
        val uri = json(request.params).field("uri")
        if (request.method == "window/showDocument" && uri != null) {
            response.result = JsonObject().apply { addProperty("success", listener.show(uri)) }
        } else {
            response.error = ResponseError(ResponseErrorCode.MethodNotFound, request.method, null)
        }
        try {
            send(response)
        } catch (failed: IOException) {
            listener.logged("no answer to ${request.method}: ${failed.message}")
        }
    }

    private fun json(value: Any?): JsonElement = value as? JsonElement ?: gson.toJsonTree(value)

    private fun failure(error: ResponseError): HelperException {
        val data = json(error.data)
        val cancelled = error.code == CANCELLED
        val code = data.field("code") ?: if (cancelled) CALLED_OFF else "E_INTERNAL"
        return HelperException(code, error.message.trimEnd('.'), data.field("hint").orEmpty())
    }

    private fun fail() {
        for (id in pending.keys.toList()) pending.remove(id)?.completeExceptionally(gone(null))
    }

    private fun gone(cause: Throwable?) =
        HelperException(ENDED, Texts["helper.ended"], Texts["helper.ended.hint"], cause)

    private fun listen() {
        thread("elitea-helper log") {
            process.errorStream.bufferedReader().useLines { lines -> lines.forEach(listener::logged) }
        }
        thread("elitea-helper reader") {
            try {
                StreamMessageProducer(process.inputStream, handler).use { it.listen(::receive) }
            } finally {
                // A helper that no longer speaks is of no use.
                process.destroyForcibly()
                // First, so that whoever hears of the failure and asks again is asked of the next helper.
                hasEnded = true
                listener.ended()
                fail()
            }
        }
    }

    private fun thread(name: String, work: () -> Unit) = Thread({
        try {
            work()
        } catch (_: IOException) {
            // The stream was closed with the process.
        } catch (_: java.io.UncheckedIOException) {
            // The same.
        }
    }, name).apply { isDaemon = true }.start()

    /** Ends it: `shutdown`, `exit`, and by force when it does not go. Takes at most `millis`. */
    fun close(millis: Long = 900) {
        val until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis)
        fun left() = maxOf(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime()))
        // A helper that does not read would block the one who writes.
        val farewell = Thread({
            try {
                request("shutdown", null).answer.get(left() * 2 / 3, TimeUnit.MILLISECONDS)
                notify("exit", null)
                process.outputStream.close()
            } catch (_: Exception) {
                process.destroyForcibly()
            }
        }, "elitea-helper end").apply { isDaemon = true }
        farewell.start()
        if (!process.waitFor(left() * 4 / 5, TimeUnit.MILLISECONDS)) process.destroyForcibly()
        process.waitFor(left(), TimeUnit.MILLISECONDS)
    }

    companion object {
        /** The helper ended while a request was under way. */
        const val ENDED = "E_PLUGIN_HELPER_ENDED"

        /** A person called the request off. */
        const val CALLED_OFF = "E_CANCELLED"
        private const val CANCELLED = -32800
        private const val ANY = "any"

        /** Starts a helper and introduces the two. Takes as long as the helper does, at most `seconds`. */
        fun open(
            program: Path,
            environment: Map<String, String>,
            folder: Path,
            hello: ClientHello,
            listener: Listener,
            seconds: Long = 20,
            born: (Process) -> Unit = {},
        ): Link {
            val builder = ProcessBuilder(program.toString(), "lsp", "--stdio").directory(folder.toFile())
            builder.environment().run {
                clear()
                putAll(environment)
            }
            val process = try {
                builder.start()
            } catch (failed: IOException) {
                throw HelperException(
                    Places.MISSING,
                    Texts["program.start", program.toString()],
                    Texts["program.update.hint"],
                    failed,
                )
            }
            born(process)
            val link = Link(process, listener)
            link.listen()
            try {
                val reply = link.request("initialize", introduction(hello)).answer.get(seconds, TimeUnit.SECONDS)
                link.check(reply)
                link.notify("initialized", JsonObject())
            } catch (failed: Exception) {
                process.destroyForcibly()
                throw failed.cause as? HelperException ?: failed as? HelperException
                    ?: HelperException(ENDED, Texts["helper.silent"], Texts["helper.ended.hint"], failed)
            }
            return link
        }

        private fun introduction(hello: ClientHello) = JsonObject().apply {
            val own = JsonObject().apply { add("elitea", Gson().toJsonTree(hello)) }
            addProperty("processId", ProcessHandle.current().pid())
            add("rootUri", JsonNull.INSTANCE)
            add("initializationOptions", own)
            add("capabilities", JsonObject().apply {
                add("window", JsonObject().apply {
                    add("workDoneProgress", JsonPrimitive(false))
                    add("showDocument", JsonObject().apply { addProperty("support", true) })
                })
                add("experimental", own)
            })
        }
    }

    private fun check(reply: JsonElement) {
        val spoken = reply.at("capabilities").at("experimental").at("elitea").at("protocol")
        if (spoken !is JsonPrimitive || spoken.asLong != PROTOCOL) {
            throw HelperException("E_PROTOCOL_MISMATCH", Texts["helper.protocol"], Texts["program.update.hint"])
        }
    }
}

internal fun JsonElement.at(name: String): JsonElement =
    (this as? JsonObject)?.get(name) ?: JsonNull.INSTANCE

internal fun JsonElement.field(name: String): String? =
    (at(name) as? JsonPrimitive)?.takeIf { it.isString }?.asString
