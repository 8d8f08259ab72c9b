package io.leat.client;

import io.leat.model.FileAttributes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file open for reading. Bytes come straight from the volume, those of a small file with the
 * open. Any thread may read at any position at the same time; closing while others read lets them
 * finish or fail with an {@code IOException}.
 */
public interface FileReader extends Closeable {

  /** As of the open, or of the last refresh at the end of the file. */
  FileAttributes attributes();

  /** Bytes that can be read now, as far as this client knows without asking. */
  long size();

  /**
   * Reads at {@code position} (bytes from the file's start) into {@code dst}, heap or direct. At
   * the known end it asks the server whether the file has grown, unless its tokens say that it has
   * not.
   *
   * @return bytes read, as many as {@code dst} takes unless the file ends; -1 at or past the end
   */
  int read(long position, ByteBuffer dst) throws IOException;

  /**
   * As {@link #read(long, ByteBuffer)}, into {@code length} bytes of an array from {@code offset}
   * on.
   */
  default int read(long position, byte[] bytes, int offset, int length) throws IOException {
    return read(position, ByteBuffer.wrap(bytes, offset, length));
  }

  @Override
  void close() throws IOException;
}
