package io.leat.volume;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes at an offset: a file, a block device or an export over the network.
 *
 * <p>All calls may be made from any thread at the same time; calls that touch the same bytes at the
 * same time are the caller's to order. A thread's interrupt never harms another thread's I/O.
 */
public interface Device extends Closeable {

  /** Size in bytes; fixed while the device is open. */
  long size();

  /**
   * Alignment in bytes that offsets, lengths and buffer addresses of {@link #read} and {@link
   * #write} must have; a power of two, 1 where nothing is asked for.
   */
  int alignment();

  /**
   * Fills {@code dst} from {@code offset} (bytes).
   *
   * @throws IOException when the device fails or the range reaches past {@link #size()}; what
   *     {@code dst} then holds is undefined
   */
  void read(long offset, ByteBuffer dst) throws IOException;

  /**
   * Writes all of {@code src} at {@code offset} (bytes). Durable only after {@link #flush()},
   * unless the device was opened to write through.
   *
   * @throws IOException when the device fails or the range reaches past {@link #size()}; any part
   *     of the range may then have been written
   */
  void write(long offset, ByteBuffer src) throws IOException;

  /** Makes every write that returned before this call durable. */
  void flush() throws IOException;
}
