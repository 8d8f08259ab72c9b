package io.leat.volume;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A block address space made of devices (design section 1). Offsets count bytes from the start of
 * the volume; block 0 holds the {@link VolumeHeader} and is read-only here.
 *
 * <p>Concatenations, stripes and mirrors are volumes over volumes or devices behind this interface.
 *
 * <p>All calls may be made from any thread at the same time; calls that touch the same bytes at the
 * same time are the caller's to order. Nothing is retried beyond interrupts.
 */
public interface Volume extends Closeable {

  /** Bytes of a block: the unit of allocation, and of writes on direct volumes. */
  int BLOCK_SIZE = 4096;

  /** What block 0 says. */
  VolumeHeader header();

  /** The volume's identity. */
  default UUID uuid() {
    return header().uuid();
  }

  /** The name people gave it. */
  default String name() {
    return header().name();
  }

  /** Number of blocks, the header's included. */
  default long blocks() {
    return header().sizeBytes() / BLOCK_SIZE;
  }

  /** Whether I/O bypasses the host's page cache, so that writes must be whole blocks. */
  boolean direct();

  /**
   * Fills {@code dst}, a heap or direct buffer of any length, from any offset.
   *
   * @throws IOException when the storage fails or the range reaches past the end; what {@code dst}
   *     then holds is undefined
   */
  void read(long offset, ByteBuffer dst) throws IOException;

  /**
   * Writes all of {@code src}, a heap or direct buffer. Durable only after {@link #flush()}.
   *
   * @throws IllegalArgumentException when the volume is {@link #direct()} and offset or length is
   *     not a multiple of {@link #BLOCK_SIZE}
   * @throws IOException when the storage fails, the volume is open read-only, or the range reaches
   *     past the end or into block 0; in the first case any part may have been written
   */
  void write(long offset, ByteBuffer src) throws IOException;

  /** Makes every write that returned before this call durable. */
  void flush() throws IOException;
}
