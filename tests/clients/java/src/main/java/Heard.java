import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream whose bytes are kept, too. */
final class Heard extends FilterInputStream {
  private final ByteArrayOutputStream kept;

  Heard(InputStream in, ByteArrayOutputStream kept) {
    super(in);
    this.kept = kept;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    if (read >= 0) {
      kept.write(read);
    }
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    if (read > 0) {
      kept.write(bytes, offset, read);
    }
    return read;
  }
}
