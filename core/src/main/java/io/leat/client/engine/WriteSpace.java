package io.leat.client.engine;

import io.leat.model.BlockRange;
import io.leat.model.Extent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Where the next bytes of a stream go: delegated blocks in order, filled from the front, and the
 * extents that say what has been filled. One thread at a time.
 */
final class WriteSpace {

  private final Deque<BlockRange> delegated = new ArrayDeque<>();

  /** What has been written and not dropped yet, in file order; neighbours joined. */
  private final List<Extent> written = new ArrayList<>();

  /** Bytes of the first delegated range that are filled. */
  private long filled;

  void add(List<BlockRange> ranges) {
    for (BlockRange range : ranges) {
      BlockRange last = delegated.peekLast();
      if (last != null && last.volume() == range.volume() && last.end() == range.block()) {
        delegated.removeLast();
        delegated.addLast(
            new BlockRange(last.volume(), last.block(), last.count() + range.count()));
      } else {
        delegated.addLast(range);
      }
    }
  }

  /** Bytes that can be written without asking for more space. */
  long available() {
    long bytes = -filled;
    for (BlockRange range : delegated) {
      bytes += range.count() * Extent.BLOCK_BYTES;
    }
    return bytes;
  }

  int volume() {
    return delegated.getFirst().volume();
  }

  /** Byte on {@link #volume} where the next byte goes. */
  long volumeOffset() {
    return delegated.getFirst().block() * Extent.BLOCK_BYTES + filled;
  }

  /** Bytes that fit at {@link #volumeOffset} in one piece. */
  long contiguous() {
    return delegated.getFirst().count() * Extent.BLOCK_BYTES - filled;
  }

  /**
   * Notes that {@code length} bytes of the file from {@code fileOffset} have been written there.
   */
  void wrote(long fileOffset, long length) {
    BlockRange range = delegated.getFirst();
    Extent last = written.isEmpty() ? null : written.get(written.size() - 1);
    long at = range.block() * Extent.BLOCK_BYTES + filled;
    if (last != null
        && last.volume() == range.volume()
        && last.fileEnd() == fileOffset
        && last.volumeOffset(last.fileEnd()) == at) {
      written.set(written.size() - 1, last.withLength(last.length() + length));
    } else {
      written.add(Extent.written(fileOffset, range.volume(), at / Extent.BLOCK_BYTES, length));
    }
    filled += length;
    if (filled == range.count() * Extent.BLOCK_BYTES) {
      delegated.removeFirst();
      filled = 0;
    }
  }

  /** Leaves the rest of a partly filled block unused: the next byte starts a block. */
  void skipToBlock() {
    long rest = filled % Extent.BLOCK_BYTES;
    if (rest == 0) {
      return;
    }
    filled += Extent.BLOCK_BYTES - rest;
    if (filled == delegated.getFirst().count() * Extent.BLOCK_BYTES) {
      delegated.removeFirst();
      filled = 0;
    }
  }

  /**
   * What is to be published: everything written since, whole blocks from the start of the one that
   * holds the committed end.
   */
  List<Extent> uncommitted() {
    return List.copyOf(written);
  }

  /**
   * Forgets what has been published, but for the last block if it is partly filled and goes on.
   *
   * @param growsInPlace the last block takes further bytes; else it is written again elsewhere
   */
  void committed(boolean growsInPlace) {
    if (written.isEmpty()) {
      return;
    }
    Extent last = written.get(written.size() - 1);
    long tail = last.length() % Extent.BLOCK_BYTES;
    written.clear();
    if (tail > 0 && growsInPlace) {
      long whole = last.length() - tail;
      written.add(
          Extent.written(
              last.fileOffset() + whole,
              last.volume(),
              last.block() + whole / Extent.BLOCK_BYTES,
              tail));
    }
  }

  /** Takes the extents from {@code fileOffset} on back: they are written again. */
  void rewind(long fileOffset) {
    while (!written.isEmpty()) {
      Extent last = written.remove(written.size() - 1);
      if (last.fileOffset() < fileOffset) {
        written.add(last.withLength(Math.min(last.length(), fileOffset - last.fileOffset())));
        return;
      }
    }
  }
}
