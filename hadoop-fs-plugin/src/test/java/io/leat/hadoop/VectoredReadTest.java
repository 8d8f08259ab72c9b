package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FileRange;
import org.junit.jupiter.api.Test;

class VectoredReadTest {

  private static final byte[] BYTES = FakeFile.pattern(100_000);
  private static final LeatConfig.Reads READS = new LeatConfig.Reads(4_096, 1_000, 10_000);

  // So many bytes that a helper is asked, in ranges that are not merged.
  private static final byte[] MANY_BYTES = FakeFile.pattern(2 * VectoredRead.HELP_BYTES_MIN);
  private static final int HALF = VectoredRead.HELP_BYTES_MIN / 2;
  private static final long BOUND_SECONDS = 30;

  private final FakeFile many = new FakeFile(MANY_BYTES, 4_096);
  private final FakeFile file = new FakeFile(BYTES, 4_096);
  private final ReadHelpers helper = new ReadHelpers(1, Long.MAX_VALUE);
  private final List<ByteBuffer> released = new ArrayList<>();

  @Test
  void shouldMergeRangesThatStandClose() throws Exception {
    List<FileRange> ranges = ranges(5_000, 100, 0, 100, 600, 100, 90_000, 10);

    assertEquals(310, read(ranges));

    assertEquals(3, file.reads.get());
    assertContents(ranges);
  }

  @Test
  void shouldNotMergeBeyondTheLimit() throws Exception {
    List<FileRange> ranges = ranges(0, 9_000, 9_000, 9_000);

    read(ranges);

    assertEquals(2, file.reads.get());
    assertContents(ranges);
  }

  @Test
  void shouldReadOverlappingAndEqualRanges() throws Exception {
    List<FileRange> ranges = ranges(100, 500, 400, 500, 400, 500, 0, 20_000, 50, 10);

    read(ranges);

    assertContents(ranges);
  }

  @Test
  void shouldFailOnlyTheRangeBeyondTheEnd() throws Exception {
    List<FileRange> ranges = ranges(99_000, 100, 99_990, 11, 99_500, 500);

    read(ranges);

    ExecutionException e =
        assertThrows(ExecutionException.class, () -> ranges.get(1).getData().get());
    assertInstanceOf(EOFException.class, e.getCause());
    assertEquals(1, released.size());
    assertContents(List.of(ranges.get(0), ranges.get(2)));
  }

  @Test
  void shouldRefuseBadRangesBeforeReading() {
    assertThrows(EOFException.class, () -> read(ranges(0, 5, -1, 5)));
    assertThrows(IllegalArgumentException.class, () -> read(ranges(0, 5, 1, -5)));
    assertThrows(NullPointerException.class, () -> read(Arrays.asList((FileRange) null)));
    assertEquals(0, file.reads.get());
  }

  @Test
  void shouldReadMuchByTwoThreads() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    List<FileRange> ranges = ranges(0, HALF, 2L * HALF, HALF);

    long bytes =
        readWithHelper(
            ranges,
            (position, dst) -> {
              meet(both); // neither read goes on before the other one has begun
              return many.read(position, dst);
            });

    assertEquals(2L * HALF, bytes);
    assertContents(MANY_BYTES, ranges);
  }

  @Test
  void shouldFailOnlyTheRangeThatFailsWhoeverReadsIt() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    List<FileRange> ranges = ranges(0, HALF, MANY_BYTES.length - 10, HALF);

    long bytes =
        readWithHelper(
            ranges,
            (position, dst) -> {
              if (dst.position() == 0) {
                meet(both);
              }
              return many.read(position, dst);
            });

    assertEquals(HALF, bytes);
    assertEquals(1, released.size());
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> ranges.get(1).getData().get());
    assertInstanceOf(EOFException.class, e.getCause());
    assertContents(MANY_BYTES, ranges.subList(0, 1));
  }

  @Test
  void shouldHandOverAnErrorOfTheHelper() throws Exception {
    Thread caller = Thread.currentThread();
    CyclicBarrier both = new CyclicBarrier(2);
    List<FileRange> ranges = ranges(0, HALF, 2L * HALF, HALF);

    long bytes =
        readWithHelper(
            ranges,
            (position, dst) -> {
              meet(both);
              if (Thread.currentThread() != caller) {
                throw new StackOverflowError("meant to happen");
              }
              return many.read(position, dst);
            });

    assertEquals(HALF, bytes);
    int failed = ranges.get(0).getData().isCompletedExceptionally() ? 0 : 1;
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> ranges.get(failed).getData().get());
    assertInstanceOf(StackOverflowError.class, e.getCause());
    assertContents(MANY_BYTES, List.of(ranges.get(1 - failed)));
  }

  @Test
  void shouldReadAllWhenInterrupted() throws Exception {
    List<FileRange> ranges = ranges(0, HALF, HALF, HALF, 2L * HALF, HALF, 3L * HALF, HALF);
    Thread.currentThread().interrupt();

    readWithHelper(ranges, many::read);

    assertTrue(Thread.interrupted());
    assertContents(MANY_BYTES, ranges);
  }

  @Test
  void shouldCompleteWhatHadABufferWhenTheAllocatorFails() throws Exception {
    List<FileRange> ranges = ranges(0, HALF, HALF, HALF, 2L * HALF, HALF);
    AtomicInteger left = new AtomicInteger(2);

    assertThrows(
        IllegalStateException.class,
        () ->
            new VectoredRead(many::read, READS, "/f", helper)
                .read(
                    ranges,
                    length -> {
                      if (left.getAndDecrement() == 0) {
                        throw new IllegalStateException("no more buffers");
                      }
                      return ByteBuffer.allocate(length);
                    },
                    released::add));

    assertContents(MANY_BYTES, ranges.subList(0, 2));
    assertFalse(ranges.get(2).getData().isDone());
  }

  private long readWithHelper(List<FileRange> ranges, VectoredRead.Source source)
      throws EOFException {
    return new VectoredRead(source, READS, "/f", helper)
        .read(ranges, ByteBuffer::allocate, released::add);
  }

  private static void meet(CyclicBarrier both) {
    try {
      var unused = both.await(BOUND_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("nobody else reads", e);
    }
  }

  private long read(List<FileRange> ranges) throws EOFException {
    return new VectoredRead(file::read, READS, "/f", helper)
        .read(ranges, ByteBuffer::allocateDirect, released::add);
  }

  private static List<FileRange> ranges(long... offsetsAndLengths) {
    List<FileRange> ranges = new ArrayList<>();
    for (int i = 0; i < offsetsAndLengths.length; i += 2) {
      ranges.add(FileRange.createFileRange(offsetsAndLengths[i], (int) offsetsAndLengths[i + 1]));
    }
    return ranges;
  }

  private static void assertContents(List<FileRange> ranges) throws Exception {
    assertContents(BYTES, ranges);
  }

  private static void assertContents(byte[] bytes, List<FileRange> ranges) throws Exception {
    for (FileRange range : ranges) {
      assertTrue(range.getData().isDone());
      assertEquals(
          ByteBuffer.wrap(bytes, (int) range.getOffset(), range.getLength()),
          range.getData().get());
    }
  }
}
