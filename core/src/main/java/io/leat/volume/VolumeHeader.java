package io.leat.volume;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first block of a volume, which says which volume it is.
 *
 * <p>Big-endian: magic (8 bytes), format version (4), block size (4), UUID (16), size in bytes (8),
 * length of the name (4), name (64, padded with zeros), zeros, and CRC32C (4) of all before as the
 * block's last bytes. Magic, format version and checksum keep their places in every version.
 *
 * @param uuid identity of the volume
 * @param name for people; 1 to {@link #NAME_BYTES_MAX} bytes in UTF-8
 * @param sizeBytes size of the volume with this block; a multiple of {@link Volume#BLOCK_SIZE}, at
 *     least two blocks
 */
public record VolumeHeader(UUID uuid, String name, long sizeBytes) {

  /** The version that {@link #encode()} writes, and the newest that {@link #decode} reads. */
  public static final int FORMAT_VERSION = 1;

  /** Longest name, in bytes of UTF-8. */
  public static final int NAME_BYTES_MAX = 64;

  /** "LEATVOL" and a newline, which a transfer as text would spoil. */
  static final long MAGIC = 0x4C454154564F4C0AL;

  static final int VERSION_AT = 8;
  static final int CHECKSUM_AT = Volume.BLOCK_SIZE - Integer.BYTES;

  public VolumeHeader {
    Objects.requireNonNull(uuid, "uuid");
    int nameBytes = name.getBytes(UTF_8).length;
    if (nameBytes < 1 || nameBytes > NAME_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a volume's name has 1 to %d bytes, '%s' has %d"
              .formatted(NAME_BYTES_MAX, name, nameBytes));
    }
    if (sizeBytes < 2 * Volume.BLOCK_SIZE || !Alignment.isAligned(sizeBytes, Volume.BLOCK_SIZE)) {
      throw new IllegalArgumentException(
          "volume %s: size %d is not a multiple of %d from %d on"
              .formatted(name, sizeBytes, Volume.BLOCK_SIZE, 2 * Volume.BLOCK_SIZE));
    }
  }

  /** The block, ready to write: a new heap buffer of {@link Volume#BLOCK_SIZE} bytes. */
  public ByteBuffer encode() {
    byte[] nameBytes = name.getBytes(UTF_8);
    ByteBuffer block = ByteBuffer.allocate(Volume.BLOCK_SIZE);
    block.putLong(MAGIC).putInt(FORMAT_VERSION).putInt(Volume.BLOCK_SIZE);
    block.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    block.putLong(sizeBytes).putInt(nameBytes.length).put(nameBytes);
    block.putInt(CHECKSUM_AT, checksum(block));
    return block.clear();
  }

  /**
   * Reads a header.
   *
   * @param block {@link Volume#BLOCK_SIZE} bytes from the start of the buffer; position and limit
   *     do not matter and stay
   * @param place where the block came from, for messages
   * @throws IOException when this is no Leat volume, is damaged, or has a newer format
   */
  public static VolumeHeader decode(ByteBuffer block, String place) throws IOException {
    ByteBuffer in = block.duplicate().clear();
    if (in.getLong() != MAGIC) {
      throw new IOException(
          place
              + " is not a Leat volume: its first block has another beginning; 'leat volume create'"
              + " makes a blank device one");
    }
    if (in.getInt(CHECKSUM_AT) != checksum(in)) {
      throw new IOException(
          "the header of the Leat volume at " + place + " is damaged: wrong checksum");
    }
    int version = in.getInt();
    if (version > FORMAT_VERSION) {
      throw new IOException(
          "the volume at %s has format version %d; this Leat reads up to %d, use a newer one"
              .formatted(place, version, FORMAT_VERSION));
    }
    try {
      return decodeFields(in);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "the header of the Leat volume at " + place + " is damaged: " + e.getMessage(), e);
    }
  }

  private static VolumeHeader decodeFields(ByteBuffer in) {
    int blockSize = in.getInt();
    if (blockSize != Volume.BLOCK_SIZE) {
      throw new IllegalArgumentException("block size " + blockSize);
    }
    UUID uuid = new UUID(in.getLong(), in.getLong());
    long sizeBytes = in.getLong();
    int nameLength = in.getInt();
    if (nameLength < 1 || nameLength > NAME_BYTES_MAX) {
      throw new IllegalArgumentException("a name of " + nameLength + " bytes");
    }
    byte[] name = new byte[nameLength];
    in.get(name);
    return new VolumeHeader(uuid, new String(name, UTF_8), sizeBytes);
  }

  private static int checksum(ByteBuffer block) {
    CRC32C crc = new CRC32C();
    crc.update(block.duplicate().clear().limit(CHECKSUM_AT));
    return (int) crc.getValue();
  }
}
