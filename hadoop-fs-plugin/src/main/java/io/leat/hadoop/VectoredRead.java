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
 * slice, so that pools get back what they gave). Ranges may overlap. Where there is much to read, a
 * helper reads beside the calling thread; the allocator, the releaser and the futures are the
 * calling thread's alone, and all reads have ended when the call does.
 *
 * @param source the file
 * @param reads how far apart merged ranges may be, and how long a merged read
 * @param path for messages
 * @param helpers who may read beside the calling thread
 */
record VectoredRead(Source source, LeatConfig.Reads reads, String path, ReadHelpers helpers) {

  /** To wake a helper costs as much as reading some 100 KiB. */
  static final int HELP_BYTES_MIN = 512 << 10;

  /** Reads at a position, as {@link io.leat.client.FileReader#read} does. */
  interface Source {
    int read(long position, ByteBuffer dst) throws IOException;
  }

  /**
   * Ranges read at once; one range is read straight into its buffer. Whoever reads it writes what
   * came of it, and the calling thread looks at that when all reads have ended.
   */
  private static final class Group {
    private final List<FileRange> ranges = new ArrayList<>();
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private final long start;
    private long end;
    private Throwable failure;

    Group(FileRange first) {
      start = first.getOffset();
      end = start;
      add(first);
    }

    void add(FileRange range) {
      ranges.add(range);
      end = Math.max(end, range.getOffset() + range.getLength());
    }

    long bytes() {
      return end - start;
    }

    /** Allocates a buffer for each range, or none. */
    void allocate(IntFunction<ByteBuffer> allocate, Consumer<ByteBuffer> release) {
      try {
        for (FileRange range : ranges) {
          buffers.add(allocate.apply(range.getLength()));
        }
      } catch (RuntimeException | Error e) {
        buffers.forEach(release);
        throw e;
      }
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
    List<Group> groups = groups(ranges);
    SharedReads shared = new SharedReads(groups.size());
    boolean helped = false;
    int added = 0;
    long bytes = 0;
    try {
      for (Group group : groups) {
        group.allocate(allocate, release);
        shared.add(() -> read(group));
        if (++added == 1) {
          helped =
              groups.size() > 1 && bytes(groups) >= HELP_BYTES_MIN && helpers.ask(shared::help);
        }
        if (!helped) {
          shared.help(); // at once, while its buffers are still in the processor's cache
        }
      }
    } finally {
      shared.finish();
      for (Group group : groups.subList(0, added)) {
        bytes += complete(group, release);
      }
    }
    return bytes;
  }

  private static long bytes(List<Group> groups) {
    long bytes = 0;
    for (Group group : groups) {
      bytes += group.bytes();
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

  /** By any thread. */
  private void read(Group group) {
    try {
      if (group.ranges.size() == 1) {
        fill(group.start, group.buffers.get(0));
      } else {
        merged(group);
      }
    } catch (IOException | RuntimeException | Error e) {
      group.failure = e; // whoever waits for the bytes learns of it, not a helper's thread
    }
  }

  private void merged(Group group) throws IOException {
    ByteBuffer all = ByteBuffer.allocate((int) group.bytes());
    fill(group.start, all);
    for (int i = 0; i < group.ranges.size(); i++) {
      FileRange range = group.ranges.get(i);
      int from = (int) (range.getOffset() - group.start);
      group.buffers.get(i).put(all.slice(from, range.getLength()));
    }
  }

  private long complete(Group group, Consumer<ByteBuffer> release) {
    long bytes = 0;
    for (int i = 0; i < group.ranges.size(); i++) {
      FileRange range = group.ranges.get(i);
      ByteBuffer buffer = group.buffers.get(i);
      Throwable failure = group.ranges.size() == 1 ? group.failure : again(group, range, buffer);
      if (failure == null) {
        range.getData().complete(buffer.flip());
        bytes += range.getLength();
      } else {
        release.accept(buffer);
        range.getData().completeExceptionally(failure);
      }
    }
    return bytes;
  }

  /** One range beyond the end must not fail the others of its group: each by itself. */
  private Throwable again(Group group, FileRange range, ByteBuffer buffer) {
    if (group.failure == null) {
      return null;
    }
    try {
      fill(range.getOffset(), buffer);
      return null;
    } catch (IOException | RuntimeException e) {
      return e;
    }
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
