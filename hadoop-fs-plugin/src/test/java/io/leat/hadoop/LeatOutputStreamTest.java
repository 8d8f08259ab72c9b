package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.client.FileWriter;
import io.leat.model.ErrorCode;
import io.leat.model.FileAttributes;
import io.leat.model.LeatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.statistics.StreamStatisticNames;
import org.apache.hadoop.fs.statistics.impl.IOStatisticsContextImpl;
import org.junit.jupiter.api.Test;

class LeatOutputStreamTest {

  private final RecordingWriter writer = new RecordingWriter();
  private int progress;
  private final LeatOutputStream out =
      new LeatOutputStream(
          writer,
          new StreamContext(
              "/f",
              null,
              new FileSystem.Statistics("leat"),
              new IOStatisticsContextImpl(1, 1).getAggregator()),
          () -> progress++);

  private static final class RecordingWriter implements FileWriter {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private int writes;
    private int flushes;
    private int closes;
    private LeatException failure;

    @Override
    public FileAttributes attributes() {
      return new FileAttributes(1, false, 0, 0644, "me", "us", 1, 1, 1, 1, 1, true);
    }

    @Override
    public long position() {
      return written.size();
    }

    @Override
    public void write(ByteBuffer src) throws IOException {
      fail();
      writes++;
      byte[] bytes = new byte[src.remaining()];
      src.get(bytes);
      written.write(bytes);
    }

    @Override
    public void hflush() throws IOException {
      fail();
      flushes++;
    }

    @Override
    public void hsync() throws IOException {
      fail();
      flushes++;
    }

    @Override
    public void close() throws IOException {
      closes++;
      fail();
    }

    private void fail() throws LeatException {
      if (failure != null) {
        throw failure;
      }
    }
  }

  @Test
  void shouldKeepTheOrderWhateverTheSizes() throws IOException {
    byte[] bytes = FakeFile.pattern(50_000);
    int at = 0;
    for (int length = 1; at < bytes.length; length = (length * 7) % 9_001) {
      int take = Math.min(length, bytes.length - at);
      if (take == 1) {
        out.write(bytes[at]);
      } else {
        out.write(bytes, at, take);
      }
      at += take;
    }
    out.close();

    assertArrayEquals(bytes, writer.written.toByteArray());
    assertEquals(50_000, counted());
    assertTrue(progress > 0);
  }

  @Test
  void shouldGatherSingleBytes() throws IOException {
    for (int i = 0; i < 10_000; i++) {
      out.write(i);
    }

    assertEquals(2, writer.writes);
    assertEquals(10_000, counted());
  }

  @Test
  void shouldHandOverEverythingBeforeAFlush() throws IOException {
    out.write(1);
    out.hflush();
    out.write(2);
    out.hsync();

    assertEquals(2, writer.flushes);
    assertArrayEquals(new byte[] {1, 2}, writer.written.toByteArray());
  }

  @Test
  void shouldCloseOnce() throws IOException {
    out.close();
    out.close();

    assertEquals(1, writer.closes);
    assertThrows(ClosedChannelException.class, () -> out.write(1));
    assertThrows(ClosedChannelException.class, out::hflush);
  }

  @Test
  void shouldTranslateAFailureAndStillClose() throws IOException {
    out.write(1);
    writer.failure = new LeatException(ErrorCode.NO_SPACE, "volume v is full");

    IOException e = assertThrows(IOException.class, out::close);

    assertInstanceOf(ClusterStorageCapacityExceededException.class, e);
    assertEquals("/f: volume v is full", e.getMessage());
    assertEquals(1, writer.closes);
  }

  private long counted() {
    return out.getIOStatistics().counters().get(StreamStatisticNames.STREAM_WRITE_BYTES);
  }
}
