package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.statistics.StreamStatisticNames;
import org.apache.hadoop.fs.statistics.impl.IOStatisticsContextImpl;
import org.junit.jupiter.api.Test;

class LeatInputStreamTest {

  private static final int SIZE = 200_000;
  private static final byte[] BYTES = FakeFile.pattern(SIZE);

  private final FakeFile file = new FakeFile(BYTES, 4_096);
  private final FileSystem.Statistics statistics = new FileSystem.Statistics("leat");
  private final LeatInputStream in =
      new LeatInputStream(
          file,
          new LeatConfig.Reads(64 << 10, 4_096, 64 << 10),
          new StreamContext(
              "/f", null, statistics, new IOStatisticsContextImpl(1, 1).getAggregator()));

  @Test
  void shouldReadSingleBytesThroughTheBuffer() throws IOException {
    for (int i = 0; i < SIZE; i++) {
      assertEquals(BYTES[i] & 0xff, in.read());
    }
    assertEquals(-1, in.read());
    assertTrue(file.reads.get() < 10, file.reads + " reads");
    assertEquals(SIZE, bytesCounted());
    in.close();
    assertEquals(SIZE, statistics.getBytesRead());
  }

  @Test
  void shouldReadTheSameWhateverTheSizes() throws IOException {
    Random random = new Random(7);
    byte[] buffer = new byte[150_000];
    for (int i = 0; i < 2_000; i++) {
      if (random.nextInt(4) == 0) {
        in.seek(random.nextInt(SIZE + 1));
      }
      int at = (int) in.getPos();
      int length = random.nextInt(20) == 0 ? 100_000 : random.nextInt(5_000);
      int read = in.read(buffer, 0, length);
      int expected = length == 0 ? 0 : at == SIZE ? -1 : Math.min(length, SIZE - at);
      assertEquals(expected, read);
      if (read > 0) {
        assertArrayEquals(Arrays.copyOfRange(BYTES, at, at + read), Arrays.copyOf(buffer, read));
        assertEquals(at + read, in.getPos());
      }
    }
  }

  @Test
  void shouldReadStraightWhenTheRequestIsLarge() throws IOException {
    assertEquals(SIZE, in.read(new byte[SIZE]));

    assertEquals(1, file.reads.get());
  }

  @Test
  void shouldFetchLittleAfterASeek() throws IOException {
    in.seek(100_000);
    in.read();
    int reads = file.reads.get();
    in.seek(104_095);
    in.read();
    assertEquals(reads, file.reads.get());
    in.read();
    assertEquals(reads + 1, file.reads.get());
  }

  @Test
  void shouldLeaveThePositionWhenReadingPositionally() throws IOException {
    in.seek(5);
    byte[] buffer = new byte[10];

    assertEquals(10, in.read(50, buffer, 0, 10));
    in.readFully(60, ByteBuffer.wrap(buffer));
    assertArrayEquals(Arrays.copyOfRange(BYTES, 60, 70), buffer);
    assertEquals(-1, in.read(SIZE, buffer, 0, 10));
    assertThrows(EOFException.class, () -> in.readFully(SIZE - 5, buffer, 0, 10));
    assertThrows(EOFException.class, () -> in.read(-1, buffer, 0, 10));
    assertThrows(IllegalArgumentException.class, () -> in.read(0, null, 0, 10));
    assertThrows(IndexOutOfBoundsException.class, () -> in.read(0, buffer, -1, 5));

    assertEquals(5, in.getPos());
  }

  @Test
  void shouldRefuseSeeksOutsideTheFile() throws IOException {
    assertThrows(EOFException.class, () -> in.seek(-1));
    assertThrows(EOFException.class, () -> in.seek(SIZE + 1));
    assertEquals(0, in.getPos());
    in.seek(SIZE);
    assertEquals(-1, in.read());
  }

  @Test
  void shouldFailWhenClosedButKnowItsPosition() throws IOException {
    in.seek(9);
    in.close();
    in.close();

    assertTrue(file.isClosed());
    assertThrows(IOException.class, in::read);
    assertThrows(IOException.class, () -> in.seek(0));
    assertThrows(IOException.class, in::available);
    assertThrows(IOException.class, () -> in.read(0, new byte[1], 0, 1));
    in.unbuffer();
    assertEquals(9, in.getPos());
  }

  @Test
  void shouldSkipAndTellWhatIsLeft() throws IOException {
    assertEquals(1_000, in.skip(1_000));
    assertEquals(SIZE - 1_000, in.available());
    assertEquals(SIZE - 1_000, in.skip(SIZE));
    assertEquals(0, in.skip(5));
  }

  private long bytesCounted() {
    return in.getIOStatistics().counters().get(StreamStatisticNames.STREAM_READ_BYTES);
  }
}
