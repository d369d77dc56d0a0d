package ai.elitea.helper.platform

import java.nio.file.Files
import java.nio.file.Path
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.objectweb.asm.AnnotationVisitor
import org.objectweb.asm.ClassReader
import org.objectweb.asm.ClassVisitor
import org.objectweb.asm.ClassWriter
import org.objectweb.asm.FieldVisitor
import org.objectweb.asm.MethodVisitor
import org.objectweb.asm.Opcodes

/** Every member of the platform that our class files name is there, is of the right kind, and may be used. */
class ReferencesTest {
    private data class Member(val name: String, val type: String)

    private class Shape(val isInterface: Boolean, val parents: List<String>) {
        val members = mutableMapOf<Member, MutableSet<String>>()
        val marks = mutableSetOf<String>()
    }

    private val shapes = mutableMapOf<String, Shape?>()
    private var replaced = mapOf<String, ByteArray>()

    private fun shape(name: String): Shape? = shapes.getOrPut(name) {
        // What tests put in place of a stub is not what our classes were compiled against.
        val found = javaClass.classLoader.getResources("$name.class").asSequence().filter { "/test-classes/" !in it.path }
        val bytes = replaced[name] ?: found.firstOrNull()?.openStream()?.use { it.readAllBytes() }
        bytes?.let(::read)
    }

    private fun read(bytes: ByteArray): Shape {
        val reader = ClassReader(bytes)
        val shape = Shape(reader.access and Opcodes.ACC_INTERFACE != 0, listOfNotNull(reader.superName) + reader.interfaces)
        fun mark(into: MutableSet<String>, access: Int) {
            if (access and Opcodes.ACC_DEPRECATED != 0) into += "deprecated"
        }
        reader.accept(object : ClassVisitor(Opcodes.ASM9) {
            override fun visit(version: Int, access: Int, name: String, signature: String?, parent: String?, interfaces: Array<String>?) =
                mark(shape.marks, access)

            override fun visitAnnotation(type: String, visible: Boolean): AnnotationVisitor? {
                REFUSED[type]?.let { shape.marks += it }
                return null
            }

            override fun visitMethod(access: Int, name: String, type: String, signature: String?, thrown: Array<String>?): MethodVisitor {
                val marks = shape.members.getOrPut(Member(name, type)) { mutableSetOf() }
                mark(marks, access)
                return object : MethodVisitor(Opcodes.ASM9) {
                    override fun visitAnnotation(type: String, visible: Boolean): AnnotationVisitor? {
                        REFUSED[type]?.let { marks += it }
                        return null
                    }
                }
            }

            override fun visitField(access: Int, name: String, type: String, signature: String?, value: Any?): FieldVisitor? {
                mark(shape.members.getOrPut(Member(name, type)) { mutableSetOf() }, access)
                return null
            }
        }, ClassReader.SKIP_CODE)
        return shape
    }

    private fun find(owner: String, member: Member): MutableSet<String>? {
        val shape = shape(owner) ?: return null
        shape.members[member]?.let { return it }
        val parents = if (shape.isInterface) shape.parents + "java/lang/Object" else shape.parents
        return parents.firstNotNullOfOrNull { find(it, member) }
    }

    /** What is wrong with the references of a class file. */
    private fun complaints(file: Path): List<String> {
        val reader = ClassReader(Files.readAllBytes(file))
        val buffer = CharArray(reader.maxStringLength)
        val said = mutableListOf<String>()
        var index = 1
        while (index < reader.itemCount) {
            val at = reader.getItem(index)
            val tag = if (at == 0) 0 else reader.readByte(at - 1)
            if (tag == CLASS) {
                val name = reader.readUTF8(at, buffer).trimStart('[').removePrefix("L").removeSuffix(";")
                if (watched(name)) {
                    val shape = shape(name)
                    if (shape == null) said += "$name is not there" else shape.marks.forEach { said += "$name is $it" }
                }
            } else if (tag in FIELD..INTERFACE_METHOD) {
                val owner = reader.readClass(at, buffer)
                if (watched(owner)) {
                    val pair = reader.getItem(reader.readUnsignedShort(at + 2))
                    val member = Member(reader.readUTF8(pair, buffer), reader.readUTF8(pair + 2, buffer))
                    count++
                    val marks = find(owner, member)
                    if (marks == null) said += "$owner has no $member"
                    marks?.forEach { said += "$owner.${member.name} is $it" }
                    val isInterface = shape(owner)?.isInterface
                    if (tag != FIELD && isInterface != null && isInterface != (tag == INTERFACE_METHOD)) {
                        said += "$owner is of the other kind"
                    }
                }
            }
            index += if (tag == LONG || tag == DOUBLE) 2 else 1
        }
        return said.map { "${file.fileName}: $it" }
    }

    private var count = 0

    private fun watched(name: String) = OURS.any(name::startsWith)

    private fun all(): List<String> = Files.walk(Path.of("target/classes")).use { files ->
        files.filter { it.toString().endsWith(".class") }.toList()
    }.flatMap(::complaints)

    @Test
    fun `all are there`() {
        assertEquals(emptyList<String>(), all())
        println("$count members of the platform, of Kotlin and of coroutines are there")
        assertTrue(count > 300, "only $count references")
    }

    @Test
    fun `every stub names its source`() {
        val stubs = Files.walk(Path.of("../platform-stubs/src/main/java")).use { files -> files.filter { it.toString().endsWith(".java") }.toList() }
        assertTrue(stubs.size > 30)
        for (stub in stubs) {
            val name = stub.fileName.toString().removeSuffix(".java")
            val folder = stub.parent.toString().substringAfter("src/main/java/")
            val said = Regex("Shape of platform/[a-zA-Z/-]+/src/${Regex.escape("$folder/$name")}\\.(java|kt); (before|since) [0-9]+")
            assertTrue(said.containsMatchIn(Files.readString(stub)), "$stub does not name its source")
        }
    }

    @Test
    fun `a stub that is spoilt is noticed`() {
        val name = "com/intellij/openapi/wm/WindowManager"
        val spoilt = ClassWriter(0)
        spoilt.visit(Opcodes.V17, Opcodes.ACC_PUBLIC or Opcodes.ACC_INTERFACE or Opcodes.ACC_ABSTRACT, name, null, "java/lang/Object", null)
        spoilt.visitEnd()
        replaced = mapOf(name to spoilt.toByteArray())
        val said = all()
        assertTrue(said.any { "has no" in it && name in it }, said.toString())
        assertTrue(said.any { "is of the other kind" in it && name in it }, said.toString())
    }

    private companion object {
        const val LONG = 5
        const val DOUBLE = 6
        const val CLASS = 7
        const val FIELD = 9
        const val INTERFACE_METHOD = 11
        val OURS = listOf("com/intellij/", "kotlin/", "kotlinx/")
        val REFUSED = mapOf(
            "Lorg/jetbrains/annotations/ApiStatus\$Internal;" to "internal",
            "Lorg/jetbrains/annotations/ApiStatus\$ScheduledForRemoval;" to "to be removed",
            "Ljava/lang/Deprecated;" to "deprecated",
            "Lkotlin/Deprecated;" to "deprecated",
        )
    }
}
