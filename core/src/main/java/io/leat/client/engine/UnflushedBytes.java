package io.leat.client.engine;

import io.leat.wire.proto.FlushProof;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The checksum of what a stream has put on a buffered volume since it last flushed it: with it a
 * commit may be on its way while the volume is flushed (D1). One thread.
 */
final class UnflushedBytes {

  private static final long UNKNOWN = -1;

  private final int bytesMax;
  private final CRC32C crc = new CRC32C();

  /** Bytes of the file before this one are durable; {@link #UNKNOWN} when this is not known. */
  private long flushed;

  /** Where the bytes end that the checksum stands for. */
  private long end;

  /**
   * @param bytesMax that a proof may stand for
   * @param size of the file at the start; whether its bytes are durable is known if it has none
   */
  UnflushedBytes(int bytesMax, long size) {
    this.bytesMax = bytesMax;
    this.flushed = size == 0 ? 0 : UNKNOWN;
  }

  /**
   * Takes in what is written at {@code from}. More than a proof may stand for is not looked at: who
   * writes so much waits for its flush longer than for the commit.
   *
   * @param bytes whose position stays
   */
  void wrote(long from, ByteBuffer bytes) {
    if (flushed == UNKNOWN) {
      return;
    }
    if (from != end || end + bytes.remaining() - flushed > bytesMax) {
      flushed = UNKNOWN;
      return;
    }
    end += bytes.remaining();
    crc.update(bytes.duplicate());
  }

  /** The volume has been flushed, and with it the file's first {@code size} bytes. */
  void flushed(long size) {
    flushed = size;
    end = size;
    crc.reset();
  }

  /** For a commit that makes the file {@code size} bytes long; none when it takes a flush first. */
  Optional<FlushProof> proof(long size) {
    return flushed == UNKNOWN || end != size || flushed == size
        ? Optional.empty()
        : Optional.of(
            FlushProof.newBuilder().setFlushed(flushed).setCrc((int) crc.getValue()).build());
  }

  /** Whether the file's first {@code size} bytes are known to be durable. */
  boolean areFlushed(long size) {
    return flushed == size;
  }
}
