package io.leat.mds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.image.Effects;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.LmdbImage;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalActivation;
import io.leat.mds.namespace.Keys;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of a real cell: running, stopped, damaged, repaired, running again. */
class CheckIT {
  @TempDir private Path directory;
  private CellLayout layout;
  private StringWriter out;

  @BeforeEach
  void start() {
    layout = new CellLayout(directory.resolve("cell"));
    expect(0, "start", "--volume-size", "128m");
  }

  @AfterEach
  void leaveNothingRunning() throws Exception {
    new BackgroundCell(layout).stop();
  }

  private void expect(int code, String... arguments) {
    out = new StringWriter();
    PrintWriter printer = new PrintWriter(out);
    String[] all =
        Stream.concat(Stream.of(arguments), Stream.of("--data", layout.root().toString()))
            .toArray(String[]::new);
    int exit = Leat.commandLine().setOut(printer).setErr(printer).execute(all);
    assertEquals(code, exit, () -> out.toString());
  }

  private void expectText(String text) {
    assertTrue(out.toString().contains(text), () -> out.toString());
  }

  @Test
  void shouldCheckACellThatRunsAndOneThatIsStopped() {
    expect(0, "check");
    expectText("online");
    expectText("no findings");
    expect(1, "check", "--offline");
    expectText("is in use");
    expect(1, "check", "--repair");
    expectText("is in use");

    expect(0, "stop");
    expect(0, "check", "demo", "--json");
    expectText("\"clean\": true");
    expectText("was compared at batch");
    expect(1, "check", "nonsense");
    expectText("has no virtual server nonsense");
  }

  @Test
  void shouldRepairAStoppedCellAndServeItAgain() throws Exception {
    expect(0, "stop");
    plant(Keys.freeAt(0, 1), Keys.freeByLength(0, blocks() - 1, 1));

    expect(1, "check");
    expectText("BLOCKS_LEAKED");
    expectText("COUNTERS_WRONG");
    expect(0, "check", "--repair");
    expectText("repaired: tables of free space");
    expect(0, "check");
    expectText("no findings");

    expect(0, "start");
    expect(0, "check");
    expectText("online");
  }

  @Test
  void shouldDropAnImageThatIsNotWhatTheJournalSays() throws Exception {
    expect(0, "stop");
    try (LmdbImage image = LmdbImage.open(image(), 64L << 20);
        ImageTransaction transaction = image.begin()) {
      transaction.put(Keys.xattr(1, "user.x"), new byte[0]);
      transaction.commit();
    }

    expect(1, "check");
    expectText("IMAGE_DIFFERS_FROM_JOURNAL");
    expect(0, "check", "--repair");
    expectText("repaired: dropped the image");
    expect(0, "check");

    expect(0, "start");
    expect(0, "check");
  }

  @Test
  void shouldSayThatTheJournalIsDamaged() throws Exception {
    expect(0, "stop");
    plant(new byte[] {'z', 1}, new byte[] {'z', 2}, new byte[] {'z', 3});
    plant(new byte[] {'z', 4});
    for (Path segment : segments()) {
      overwrite(segment);
    }

    expect(1, "check");

    expectText("the journal of virtual server demo is damaged");
    assertEquals(1, out.toString().lines().count(), () -> out.toString());
  }

  private static long blocks() {
    return (128L << 20) / 4_096;
  }

  private Path metadata() throws Exception {
    try (Stream<Path> files = Files.walk(layout.root())) {
      return files.filter(f -> f.endsWith("identity")).findFirst().orElseThrow().getParent();
    }
  }

  private Path image() throws Exception {
    try (Stream<Path> files = Files.walk(layout.root())) {
      return files.filter(f -> f.endsWith("data.mdb")).findFirst().orElseThrow().getParent();
    }
  }

  /** Batches of the journal, one for each key, that remove it. */
  private void plant(byte[]... keys) throws Exception {
    try (FileMetadataArea area = FileMetadataArea.open(metadata(), "demo")) {
      long epoch = new EpochBlocks(area).highest() + 1;
      try (Journal journal = JournalActivation.activate(area, 0, epoch, "test").journal()) {
        for (byte[] key : keys) {
          Effects effects = new Effects();
          effects.delete(key);
          journal.append(effects.view());
        }
      }
    }
  }

  private List<Path> segments() throws Exception {
    try (Stream<Path> files = Files.list(metadata())) {
      return files.filter(f -> f.getFileName().toString().contains("-segment-")).toList();
    }
  }

  /** Spoils the first batch. */
  private static void overwrite(Path segment) throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(4_096);
      file.write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    }
  }
}
