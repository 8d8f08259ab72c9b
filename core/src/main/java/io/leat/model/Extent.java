package io.leat.model;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A file range and where it stands: on a volume, or, of a small file, in the metadata itself
 * (<em>inline</em>). Only the volume side is aligned: the extent starts at the first byte of a
 * volume block, and its length is in bytes. An inline extent takes no block.
 *
 * @param fileOffset first byte in the file
 * @param volume the volume's id in its cell; {@link #NO_VOLUME} of an inline extent
 * @param block first volume block; 0 of an inline extent
 * @param length bytes, above 0
 * @param unwritten true: the range reads as zeros
 * @param checksumKind how {@code checksum} was made
 * @param checksum of the extent's bytes, 0 without one
 * @param bytes all of an inline extent's, at most {@link #INLINE_BYTES_MAX}; empty of one on a
 *     volume
 */
public record Extent(
    long fileOffset,
    int volume,
    long block,
    long length,
    boolean unwritten,
    ChecksumKind checksumKind,
    int checksum,
    ByteString bytes) {

  /** Bytes in a volume block. */
  public static final int BLOCK_BYTES = 4096;

  /** Bytes in an inline extent at most. No more than a block, so that each is a tail of its own. */
  public static final int INLINE_BYTES_MAX = 4096;

  /** No cell has so many volumes: who takes an inline extent for another finds no volume. */
  public static final int NO_VOLUME = Integer.MAX_VALUE;

  public Extent {
    Objects.requireNonNull(checksumKind);
    if (fileOffset < 0 || volume < 0 || block < 0 || length <= 0) {
      throw new IllegalArgumentException(
          "extent out of range: file offset %d, volume %d, block %d, length %d"
              .formatted(fileOffset, volume, block, length));
    }
    Math.addExact(fileOffset, length);
    Math.multiplyExact(Math.addExact(block, blocksFor(length)), BLOCK_BYTES);
    boolean inline = !bytes.isEmpty();
    if (inline != (volume == NO_VOLUME)
        || (inline
            && (block != 0 || unwritten || length != bytes.size() || length > INLINE_BYTES_MAX))) {
      throw new IllegalArgumentException(
          "extent is neither inline nor on a volume: volume %d, block %d, length %d, %d bytes inline"
              .formatted(volume, block, length, bytes.size()));
    }
  }

  /** An extent on a volume. */
  public Extent(
      long fileOffset,
      int volume,
      long block,
      long length,
      boolean unwritten,
      ChecksumKind checksumKind,
      int checksum) {
    this(fileOffset, volume, block, length, unwritten, checksumKind, checksum, ByteString.EMPTY);
  }

  /** A written extent without a checksum. */
  public static Extent written(long fileOffset, int volume, long block, long length) {
    return new Extent(fileOffset, volume, block, length, false, ChecksumKind.NONE, 0);
  }

  /** An extent whose bytes stand in the metadata, without a checksum; 1 to the maximum. */
  public static Extent inline(long fileOffset, ByteString bytes) {
    return new Extent(fileOffset, NO_VOLUME, 0, bytes.size(), false, ChecksumKind.NONE, 0, bytes);
  }

  /** Whether it stands on no volume, and has its bytes with it. */
  public boolean isInline() {
    return volume == NO_VOLUME;
  }

  /** The file byte after the last one. */
  public long fileEnd() {
    return fileOffset + length;
  }

  /** Blocks it takes on the volume, the last one perhaps in part; 0 of an inline extent. */
  public long blocks() {
    return isInline() ? 0 : blocksFor(length);
  }

  /** The block after the last one. */
  public long blockEnd() {
    return block + blocks();
  }

  /**
   * Byte on the volume where {@code fileByte} stands.
   *
   * @throws IllegalStateException of an inline extent
   */
  public long volumeOffset(long fileByte) {
    if (isInline()) {
      throw new IllegalStateException(this + " stands on no volume");
    }
    return block * BLOCK_BYTES + (fileByte - fileOffset);
  }

  /**
   * The same extent with another length; a checksum does not survive.
   *
   * @throws IndexOutOfBoundsException when an inline extent would grow
   */
  public Extent withLength(long newLength) {
    ByteString kept = isInline() ? bytes.substring(0, Math.toIntExact(newLength)) : bytes;
    return new Extent(fileOffset, volume, block, newLength, unwritten, ChecksumKind.NONE, 0, kept);
  }

  /**
   * Bytes of an inline extent.
   *
   * @param from the first byte of the file that is wanted, inside the extent
   * @param count so many, all inside the extent
   */
  public ByteBuffer inlineBytes(long from, int count) {
    int start = (int) (from - fileOffset);
    return bytes.substring(start, start + count).asReadOnlyByteBuffer();
  }

  /** The same bytes at another place in a file. */
  public Extent withFileOffset(long newOffset) {
    return new Extent(newOffset, volume, block, length, unwritten, checksumKind, checksum, bytes);
  }

  /** Blocks that {@code bytes} take. */
  public static long blocksFor(long bytes) {
    return bytes / BLOCK_BYTES + (bytes % BLOCK_BYTES == 0 ? 0 : 1);
  }
}
