package io.leat.client;

import io.leat.model.FileAttributes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file open for writing at its end, under its write lease. Calls are serialised inside, so that
 * any thread may make them. The first failure sticks: every later call, {@link #close} included,
 * throws it again (D6), and the file holds the prefix that was published last.
 */
public interface FileWriter extends Closeable {

  /** As of the open or the last publication. */
  FileAttributes attributes();

  /** Byte at which the next write lands: the file's length with everything written so far. */
  long position();

  /**
   * Takes all of {@code src}; what the buffer holds reaches others with the next flush or close.
   */
  void write(ByteBuffer src) throws IOException;

  /** Publishes everything written so far: other clients can read it when this returns. */
  void hflush() throws IOException;

  /** As {@link #hflush}, and the bytes are durable on the device when this returns. */
  void hsync() throws IOException;

  /** Publishes everything and gives the write lease back; further calls do nothing. */
  @Override
  void close() throws IOException;
}
