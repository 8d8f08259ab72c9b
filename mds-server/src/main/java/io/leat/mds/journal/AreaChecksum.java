package io.leat.mds.journal;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * CRC32C that begins with the area's UUID. So a block of another area does not pass, and neither do
 * bytes inside a payload that someone made to look like a batch. One thread at a time; allocates
 * nothing.
 */
public final class AreaChecksum {

  private final CRC32C crc = new CRC32C();
  private final byte[] seed;

  /** For blocks of the area with this UUID. */
  public AreaChecksum(UUID uuid) {
    seed =
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
  }

  /** Begins anew. */
  public AreaChecksum start() {
    crc.reset();
    crc.update(seed, 0, seed.length);
    return this;
  }

  /** Adds a range; leaves the buffer at position 0 and its limit at its capacity. */
  public AreaChecksum add(ByteBuffer buffer, int at, int length) {
    crc.update(buffer.clear().position(at).limit(at + length));
    buffer.clear();
    return this;
  }

  /** The checksum of what was added since {@link #start}. */
  public int value() {
    return (int) crc.getValue();
  }
}
