package io.leat.hadoop;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.hadoop.fs.FileRange;

/**
 * One vectored read: sorts the ranges, merges small ones that stand close together into one read,
 * and completes each range's future with a buffer of its own from the caller's allocator (never a
 * slice, so that pools get back what they gave). Ranges may overlap. Reads run in the calling
 * thread.
 *
 * @param source the file
 * @param reads how far apart merged ranges may be, and how long a merged read
 * @param path for messages
 */
record VectoredRead(Source source, LeatConfig.Reads reads, String path) {

  /** Reads at a position, as {@link io.leat.client.FileReader#read} does. */
  interface Source {
    int read(long position, ByteBuffer dst) throws IOException;
  }

  /** Ranges read at once; one range is read straight into its buffer. */
  private static final class Group {
    private final List<FileRange> ranges = new ArrayList<>();
    private final long start;
    private long end;

    Group(FileRange first) {
      start = first.getOffset();
      end = start;
      add(first);
    }

    void add(FileRange range) {
      ranges.add(range);
      end = Math.max(end, range.getOffset() + range.getLength());
    }

    boolean takes(FileRange range, LeatConfig.Reads reads) {
      long newEnd = Math.max(end, range.getOffset() + range.getLength());
      return range.getOffset() - end <= reads.minSeek() && newEnd - start <= reads.maxMerged();
    }
  }

  /**
   * Reads all ranges.
   *
   * @return bytes put into the callers' buffers
   * @throws EOFException a negative offset
   * @throws IllegalArgumentException a negative length
   */
  long read(
      List<? extends FileRange> ranges,
      IntFunction<ByteBuffer> allocate,
      Consumer<ByteBuffer> release)
      throws EOFException {
    long bytes = 0;
    for (Group group : groups(ranges)) {
      bytes +=
          group.ranges.size() == 1
              ? one(group.ranges.get(0), allocate, release)
              : merged(group, allocate, release);
    }
    return bytes;
  }

  private List<Group> groups(List<? extends FileRange> ranges) throws EOFException {
    List<FileRange> sorted = new ArrayList<>(ranges.size());
    for (FileRange range : ranges) {
      sorted.add(checked(range));
    }
    sorted.sort(Comparator.comparingLong(FileRange::getOffset));
    List<Group> groups = new ArrayList<>();
    Group last = null;
    for (FileRange range : sorted) {
      range.setData(new CompletableFuture<>());
      if (last != null && last.takes(range, reads)) {
        last.add(range);
      } else {
        last = new Group(range);
        groups.add(last);
      }
    }
    return groups;
  }

  private static FileRange checked(FileRange range) throws EOFException {
    Objects.requireNonNull(range, "range");
    if (range.getLength() < 0) {
      throw new IllegalArgumentException("length is negative in " + range);
    }
    if (range.getOffset() < 0) {
      throw new EOFException("position is negative in " + range);
    }
    return range;
  }

  private long one(
      FileRange range, IntFunction<ByteBuffer> allocate, Consumer<ByteBuffer> release) {
    ByteBuffer buffer = allocate.apply(range.getLength());
    try {
      fill(range.getOffset(), buffer);
      range.getData().complete(buffer.flip());
      return range.getLength();
    } catch (IOException | RuntimeException e) {
      release.accept(buffer);
      range.getData().completeExceptionally(e);
      return 0;
    }
  }

  private long merged(Group group, IntFunction<ByteBuffer> allocate, Consumer<ByteBuffer> release) {
    ByteBuffer all = ByteBuffer.allocate((int) (group.end - group.start));
    try {
      fill(group.start, all);
    } catch (IOException | RuntimeException e) {
      // One range beyond the end must not fail the others: each by itself.
      long bytes = 0;
      for (FileRange range : group.ranges) {
        bytes += one(range, allocate, release);
      }
      return bytes;
    }
    long bytes = 0;
    for (FileRange range : group.ranges) {
      ByteBuffer buffer = allocate.apply(range.getLength());
      int from = (int) (range.getOffset() - group.start);
      buffer.put(all.slice(from, range.getLength()));
      range.getData().complete(buffer.flip());
      bytes += range.getLength();
    }
    return bytes;
  }

  private void fill(long position, ByteBuffer buffer) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int read = source.read(at, buffer);
      if (read < 0) {
        throw new EOFException(
            "%s ends at byte %d; a range reads on to %d"
                .formatted(path, at, at + buffer.remaining()));
      }
      at += read;
    }
  }
}
