package io.leat.model;

import java.util.Objects;

/**
 * A file range and where it stands on a volume. Only the volume side is aligned: the extent starts
 * at the first byte of a volume block, and its length is in bytes.
 *
 * @param fileOffset first byte in the file
 * @param volume the volume's id in its cell
 * @param block first volume block
 * @param length bytes, above 0
 * @param unwritten true: the range reads as zeros
 * @param checksumKind how {@code checksum} was made
 * @param checksum of the extent's bytes, 0 without one
 */
public record Extent(
    long fileOffset,
    int volume,
    long block,
    long length,
    boolean unwritten,
    ChecksumKind checksumKind,
    int checksum) {

  /** Bytes in a volume block. */
  public static final int BLOCK_BYTES = 4096;

  public Extent {
    Objects.requireNonNull(checksumKind);
    if (fileOffset < 0 || volume < 0 || block < 0 || length <= 0) {
      throw new IllegalArgumentException(
          "extent out of range: file offset %d, volume %d, block %d, length %d"
              .formatted(fileOffset, volume, block, length));
    }
    Math.addExact(fileOffset, length);
    Math.multiplyExact(Math.addExact(block, blocksFor(length)), BLOCK_BYTES);
  }

  /** A written extent without a checksum. */
  public static Extent written(long fileOffset, int volume, long block, long length) {
    return new Extent(fileOffset, volume, block, length, false, ChecksumKind.NONE, 0);
  }

  /** The file byte after the last one. */
  public long fileEnd() {
    return fileOffset + length;
  }

  /** Blocks it takes on the volume, the last one perhaps in part. */
  public long blocks() {
    return blocksFor(length);
  }

  /** The block after the last one. */
  public long blockEnd() {
    return block + blocks();
  }

  /** Byte on the volume where {@code fileByte} stands. */
  public long volumeOffset(long fileByte) {
    return block * BLOCK_BYTES + (fileByte - fileOffset);
  }

  /** The same extent with another length; a checksum does not survive. */
  public Extent withLength(long newLength) {
    return new Extent(fileOffset, volume, block, newLength, unwritten, ChecksumKind.NONE, 0);
  }

  /** The same bytes at another place in a file. */
  public Extent withFileOffset(long newOffset) {
    return new Extent(newOffset, volume, block, length, unwritten, checksumKind, checksum);
  }

  /** Blocks that {@code bytes} take. */
  public static long blocksFor(long bytes) {
    return bytes / BLOCK_BYTES + (bytes % BLOCK_BYTES == 0 ? 0 : 1);
  }
}
