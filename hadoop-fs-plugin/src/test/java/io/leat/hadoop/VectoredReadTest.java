package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.hadoop.fs.FileRange;
import org.junit.jupiter.api.Test;

class VectoredReadTest {

  private static final byte[] BYTES = FakeFile.pattern(100_000);
  private static final LeatConfig.Reads READS = new LeatConfig.Reads(4_096, 1_000, 10_000);

  private final FakeFile file = new FakeFile(BYTES, 4_096);
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

  private long read(List<FileRange> ranges) throws EOFException {
    return new VectoredRead(file::read, READS, "/f")
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
    for (FileRange range : ranges) {
      assertTrue(range.getData().isDone());
      assertEquals(
          ByteBuffer.wrap(BYTES, (int) range.getOffset(), range.getLength()),
          range.getData().get());
    }
  }
}
