package io.leat.benchmarks.jmh;

import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalActivation;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.MetadataArea;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A durable append to a journal on the disk of the build, with O_DIRECT where its file system has
 * it, and the epoch check. Segments are used again as soon as they are full, as below a checkpoint.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class JournalBenchmark {
  private static final String VIRTUAL_SERVER = "jmh";
  private static final int LANE = 0;
  private static final long EPOCH = 1;

  @Param({"500", "50000"})
  public int payloadBytes;

  private ScratchDirectory directory;
  private MetadataArea area;
  private Journal journal;
  private ByteBuffer payload;

  @Setup
  public void activate() throws IOException {
    directory = new ScratchDirectory();
    payload = ByteBuffer.allocateDirect(payloadBytes);
    Files.createDirectory(directory.resolve("area"));
    FileMetadataArea.create(
        directory.resolve("area"), AreaIdentity.of(new UUID(1, 2), VIRTUAL_SERVER, 1));
    area = FileMetadataArea.open(directory.resolve("area"), VIRTUAL_SERVER);
    journal = JournalActivation.activate(area, LANE, EPOCH, "jmh").journal();
    if (!journal.prepareNextSegment()) {
      throw new IOException("a new lane has no room for its second segment");
    }
  }

  @TearDown
  public void close() throws IOException {
    journal.close();
    area.close();
    directory.close();
  }

  @Benchmark
  public JournalPosition append() throws IOException {
    JournalPosition position = journal.append(payload);
    if (journal.isHalfFull()) {
      journal.recycleBelow(position);
    }
    return position;
  }

  @Benchmark
  public boolean newest() throws IOException {
    return journal.newest();
  }
}
