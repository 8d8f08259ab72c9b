package io.leat.model;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A file range and where it stands: on a volume, or, of a small file, in the metadata itself
 * (<em>inline</em>), or nowhere, where nobody has written yet (a <em>hole</em>). Only the volume
 * side is aligned: the extent starts at the first byte of a volume block, and its length is in
 * bytes. An inline extent and a hole take no block.
 *
 * @param fileOffset first byte in the file
 * @param volume the volume's id in its cell; {@link #NO_VOLUME} of an inline extent or a hole
 * @param block first volume block; 0 of an inline extent or a hole
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

  /** No cell has so many volumes: who takes it for one finds no volume. */
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
    if (volume == NO_VOLUME
        ? block != 0 || !isHoleOrInline(length, unwritten, bytes)
        : !bytes.isEmpty()) {
      throw new IllegalArgumentException(
          "extent is neither inline nor a hole nor on a volume: volume %d, block %d, length %d, %d bytes inline"
              .formatted(volume, block, length, bytes.size()));
    }
  }

  private static boolean isHoleOrInline(long length, boolean unwritten, ByteString bytes) {
    return unwritten ? bytes.isEmpty() : length == bytes.size() && length <= INLINE_BYTES_MAX;
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

  /** Bytes that nobody has written: they stand on no volume. */
  public static Extent hole(long fileOffset, long length) {
    return new Extent(fileOffset, NO_VOLUME, 0, length, true, ChecksumKind.NONE, 0);
  }

  public boolean isOnVolume() {
    return volume != NO_VOLUME;
  }

  /** Whether it stands on no volume, and has its bytes with it. */
  public boolean isInline() {
    return !bytes.isEmpty();
  }

  /** Whether it stands on no volume, and reads as zeros. */
  public boolean isHole() {
    return !isOnVolume() && unwritten;
  }

  /** The file byte after the last one. */
  public long fileEnd() {
    return fileOffset + length;
  }

  /** Blocks it takes on the volume, the last one perhaps in part; 0 where it stands on none. */
  public long blocks() {
    return isOnVolume() ? blocksFor(length) : 0;
  }

  /** The block after the last one. */
  public long blockEnd() {
    return block + blocks();
  }

  /**
   * Byte on the volume where {@code fileByte} stands.
   *
   * @throws IllegalStateException of one on no volume
   */
  public long volumeOffset(long fileByte) {
    if (!isOnVolume()) {
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
   * What is left of it from {@code from} on; a checksum does not survive.
   *
   * @param from a byte inside; on a volume where one of its blocks begins
   */
  public Extent tail(long from) {
    long gone = from - fileOffset;
    if (isOnVolume() && gone % BLOCK_BYTES != 0) {
      throw new IllegalArgumentException("byte %d starts no block of %s".formatted(from, this));
    }
    return new Extent(
        from,
        volume,
        isOnVolume() ? block + gone / BLOCK_BYTES : 0,
        length - gone,
        unwritten,
        ChecksumKind.NONE,
        0,
        isInline() ? bytes.substring(Math.toIntExact(gone)) : bytes);
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
