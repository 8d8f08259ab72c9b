package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.client.ClientConfig;
import io.leat.client.FileReader;
import io.leat.client.FileWriter;
import io.leat.client.InterposedClient;
import io.leat.client.LeatClient;
import io.leat.volume.Device;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import io.leat.volume.ForwardingDevice;
import io.leat.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A volume that fails under a client, or that is another one. */
class VolumeFaultIT {

  private static final int PART = 100_000;

  /** What fails when a stream publishes; a torn write leaves some of the bytes. */
  private enum Failure {
    WRITE,
    TORN_WRITE,
    FLUSH;

    private FaultPolicy policy() {
      return switch (this) {
        case WRITE -> FaultPolicy.NONE.withWriteFailures(1, 0, 0);
        case TORN_WRITE -> FaultPolicy.NONE.withWriteFailures(0, 1, 0);
        case FLUSH -> FaultPolicy.NONE.withFlushFailure(1);
      };
    }

    /** Of two parts; a commit is on its way already while hsync flushes the volume. */
    private int publishedBytes() {
      return switch (this) {
        case WRITE, TORN_WRITE -> PART;
        case FLUSH -> 2 * PART;
      };
    }
  }

  @TempDir Path directory;

  private final byte[] bytes = new byte[2 * PART];
  private FaultCell cell;
  private FaultyDevice faulty;

  @BeforeEach
  void start() throws IOException {
    new Random(5).nextBytes(bytes);
    cell = new FaultCell(directory);
    cell.start();
  }

  @AfterEach
  void stop() throws IOException {
    cell.close();
  }

  private LeatClient faultyClient() throws IOException {
    return InterposedClient.connect(cell.clientConfig(), FaultCell.NAME, this::interpose);
  }

  private Device interpose(Device file) {
    faulty = new FaultyDevice(file, FaultPolicy.NONE, new Random(6));
    return new ForwardingDevice(faulty) {
      @Override
      public void close() throws IOException {
        try {
          super.close();
        } finally {
          file.close();
        }
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  void shouldFailForGoodAndKeepWhatWasCommittedWhenWritingFails(Failure failure)
      throws IOException {
    try (LeatClient broken = faultyClient();
        LeatClient other = cell.client()) {
      FileWriter out = new TestFiles(broken).create("file");
      out.write(ByteBuffer.wrap(bytes, 0, PART));
      out.hsync();
      out.write(ByteBuffer.wrap(bytes, PART, PART));
      faulty.setPolicy(failure.policy());
      IOException e = assertThrows(IOException.class, out::hsync);
      faulty.setPolicy(FaultPolicy.NONE);

      assertTrue(e.getMessage().contains("Writing /tmp/files/file failed"), e.getMessage());
      assertTrue(e.getMessage().contains(cell.volume().toString()), e.getMessage());
      requireSame(e, assertThrows(IOException.class, out::hflush));
      requireSame(e, assertThrows(IOException.class, () -> out.write(ByteBuffer.allocate(1))));
      requireSame(e, assertThrows(IOException.class, out::close));
      TestFiles files = new TestFiles(other);
      FaultCell.await("the failed stream gives the lease back", () -> !isWritten(files));
      int published = failure.publishedBytes();
      files.requireBytes("file", Arrays.copyOf(bytes, published));
      byte[] longer = Arrays.copyOf(bytes, bytes.length + PART);
      try (FileWriter again = files.namespace().append(TestFiles.path("file"))) {
        again.write(ByteBuffer.wrap(longer, published, longer.length - published));
      }
      files.requireBytes("file", longer);
    }
  }

  private static void requireSame(IOException first, IOException later) {
    assertEquals(first.getMessage(), later.getMessage());
  }

  @Test
  void shouldNameTheFileWhenReadingFailsAndReadOnAfterwards() throws IOException {
    try (LeatClient client = faultyClient()) {
      TestFiles files = new TestFiles(client);
      try (FileWriter out = files.create("file")) {
        out.write(ByteBuffer.wrap(bytes));
      }
      try (FileReader in = files.namespace().open(TestFiles.path("file"))) {
        ByteBuffer read = ByteBuffer.allocate(bytes.length);
        faulty.setPolicy(FaultPolicy.NONE.withReadFailure(1));
        IOException e = assertThrows(IOException.class, () -> in.read(0, read));
        assertTrue(e.getMessage().contains("Reading /tmp/files/file at byte 0"), e.getMessage());
        faulty.setPolicy(FaultPolicy.NONE);
        assertEquals(bytes.length, in.read(0, read.clear()));
        assertArrayEquals(bytes, read.array());
      }
    }
  }

  @Test
  void shouldNameTheFileAndLeaveItToOthersWhenItsTailCannotBeReadForAnAppend() throws IOException {
    try (LeatClient client = cell.client()) {
      TestFiles files = new TestFiles(client);
      try (FileWriter out = files.create("file")) {
        out.write(ByteBuffer.wrap(bytes, 0, PART));
      }
      try (LeatClient broken = faultyClient()) {
        TestFiles brokenFiles = new TestFiles(broken);
        brokenFiles.requireBytes("file", Arrays.copyOf(bytes, PART));
        faulty.setPolicy(FaultPolicy.NONE.withReadFailure(1));
        IOException e =
            assertThrows(
                IOException.class,
                () -> brokenFiles.namespace().append(TestFiles.path("file")).close());
        assertTrue(e.getMessage().contains("Writing /tmp/files/file failed"), e.getMessage());
        FaultCell.await("the failed append gives the lease back", () -> !isWritten(files));
        try (FileWriter out = files.namespace().append(TestFiles.path("file"))) {
          out.write(ByteBuffer.wrap(bytes, PART, PART));
        }
        files.requireBytes("file", bytes);
      }
    }
  }

  private static boolean isWritten(TestFiles files) {
    try {
      return files.namespace().status(TestFiles.path("file")).underConstruction();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- another volume -------------------------------------------------------------------------

  private Path foreignVolume() throws IOException {
    Path foreign = directory.resolve("foreign.vol");
    Volumes.format(foreign, UUID.randomUUID(), FaultCell.NAME, 64L << 20, false);
    return foreign;
  }

  @Test
  void shouldTouchNothingWhenTheClientsPathLeadsToAnotherVolume() throws IOException {
    Path foreign = foreignVolume();
    byte[] before = Files.readAllBytes(foreign);
    ClientConfig usual = cell.clientConfig();
    ClientConfig misled =
        new ClientConfig(
            usual.addresses(),
            Map.of(FaultCell.NAME, foreign.toString()),
            usual.process(),
            usual.connectTimeoutMillis(),
            usual.callTimeoutMillis(),
            usual.writeBufferBytes(),
            usual.rememberedPathsMax());
    try (LeatClient right = cell.client();
        LeatClient wrong = LeatClient.connect(misled, FaultCell.NAME)) {
      new TestFiles(right).write("there");
      TestFiles files = new TestFiles(wrong);
      requireForeign(assertThrows(IOException.class, () -> files.write("added")), foreign);
      requireForeign(
          assertThrows(
              IOException.class, () -> files.requireBytes("there", TestFiles.bytes("there"))),
          foreign);
      assertTrue(new TestFiles(right).namespace().delete(TestFiles.path("added"), false));
      new TestFiles(right).requireExactly(Set.of("there"));
    }
    assertArrayEquals(before, Files.readAllBytes(foreign));
  }

  private static void requireForeign(IOException e, Path foreign) {
    assertTrue(e.getMessage().contains(foreign + " is UUID "), e.getMessage());
    assertTrue(e.getMessage().contains(", expected "), e.getMessage());
    assertTrue(e.getMessage().contains("fs.leat.path.demo"), e.getMessage());
  }

  @Test
  void shouldTouchNothingWhenTheServersPathLeadsToAnotherVolume() throws IOException {
    try (LeatClient client = cell.client()) {
      new TestFiles(client).write("there");
    }
    cell.stop();
    Path foreign = foreignVolume();
    Path own = cell.volume();
    byte[] before = Files.readAllBytes(foreign);
    cell.setVolume(foreign);

    IOException e = assertThrows(IOException.class, cell::start);

    assertTrue(
        e.getMessage().contains("Volume demo is not the one of virtual server demo"),
        e.getMessage());
    assertArrayEquals(before, Files.readAllBytes(foreign));
    cell.setVolume(own);
    cell.start();
    try (LeatClient client = cell.client()) {
      new TestFiles(client).requireExactly(Set.of("there"));
    }
  }
}
