import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream whose bytes are kept, too. */
final class Seen extends FilterOutputStream {
  private final ByteArrayOutputStream kept;

  Seen(OutputStream out, ByteArrayOutputStream kept) {
    super(out);
    this.kept = kept;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    kept.write(bytes, offset, length);
  }

  @Override
  public void write(int value) throws IOException {
    out.write(value);
    kept.write(value);
  }
}
