package io.leat.mds.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LmdbImageTest extends AbstractImageContract {

  private static final int READERS = 6;
  private static final int COMMITS = 300;

  @TempDir Path root;

  @Override
  Image newImage(String name) throws IOException {
    return LmdbImage.open(root.resolve(name), CAPACITY_BYTES);
  }

  private Path directory() {
    return root.resolve("image");
  }

  private void reopen(long capacityBytes) throws IOException {
    image.close();
    image = LmdbImage.open(directory(), capacityBytes);
  }

  @Test
  void shouldKeepContentWhenReopened() throws IOException {
    commit("a", "b");
    try (ImageTransaction transaction = image.begin()) {
      put(transaction, "dropped", "v");
    }
    reopen(CAPACITY_BYTES);
    commit("c");
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals(List.of("a", "b", "c"), scan(snapshot, "", null));
      assertEquals("=a", get(snapshot, "a"));
    }
  }

  @Test
  void shouldDropContentWhenOpenedEmpty() throws IOException {
    commit("a");
    image.close();
    Files.write(directory().resolve("data.mdb"), new byte[20_000]);
    image = LmdbImage.openEmpty(directory(), CAPACITY_BYTES);
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals(List.of(), scan(snapshot, "", null));
    }
  }

  @Test
  void shouldExplainDamagedFilesAndReleaseDirectory() throws IOException {
    image.close();
    Files.write(directory().resolve("data.mdb"), new byte[20_000]);
    IOException thrown =
        assertThrows(IOException.class, () -> LmdbImage.open(directory(), CAPACITY_BYTES));
    assertTrue(thrown.getMessage().contains(directory().toString()), thrown.getMessage());
    LmdbImage.openEmpty(directory(), CAPACITY_BYTES).close();
  }

  @Test
  void shouldGrowCapacityWhenReopened() throws IOException {
    assertEquals(CAPACITY_BYTES, image.capacityBytes());
    commit("a");
    reopen(2 * CAPACITY_BYTES + 1);
    assertEquals(2 * CAPACITY_BYTES + LmdbImage.CAPACITY_UNIT_BYTES, image.capacityBytes());
    try (ImageTransaction transaction = image.begin()) {
      for (int i = 0; i < 6; i++) {
        transaction.put(bytes("big" + i), new byte[ImageReader.MAX_VALUE_BYTES]);
      }
      transaction.commit();
    }
    reopen(LmdbImage.CAPACITY_MIN_BYTES);
    assertTrue(image.capacityBytes() >= image.usedBytes());
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertTrue(snapshot.contains(bytes("big5")));
    }
  }

  @Test
  void shouldRefuseCapacityOutOfRange() {
    for (long capacity :
        new long[] {LmdbImage.CAPACITY_MIN_BYTES - 1, LmdbImage.CAPACITY_MAX_BYTES + 1}) {
      assertThrows(
          IllegalArgumentException.class, () -> LmdbImage.open(root.resolve("x"), capacity));
    }
    assertFalse(Files.exists(root.resolve("x")));
  }

  @Test
  void shouldRefuseDirectoryInUseByThisProcess() throws IOException {
    commit("a");
    Files.createSymbolicLink(root.resolve("link"), directory());
    for (Path path : List.of(directory(), root.resolve("link"))) {
      IOException thrown =
          assertThrows(IOException.class, () -> LmdbImage.openEmpty(path, CAPACITY_BYTES));
      assertTrue(thrown.getMessage().contains(path + " is in use by this process"));
    }
    commit("b");
    reopen(CAPACITY_BYTES);
  }

  @Test
  @Timeout(60)
  void shouldRefuseDirectoryInUseByAnotherProcess() throws IOException, InterruptedException {
    image.close();
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DirectoryHolder.class.getName(),
                directory().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals(DirectoryHolder.HELD, other.getInputStream().read());
      IOException thrown =
          assertThrows(IOException.class, () -> LmdbImage.open(directory(), CAPACITY_BYTES));
      assertTrue(thrown.getMessage().contains(directory() + " is in use by another process"));
    } finally {
      other.destroyForcibly();
      assertTrue(other.waitFor(30, TimeUnit.SECONDS));
    }
    image = LmdbImage.open(directory(), CAPACITY_BYTES);
  }

  @Test
  void shouldLetNobodyElseReadFiles() throws IOException {
    commit("a");
    assertEquals("rwx------", permissions(directory()));
    try (Stream<Path> files = Files.list(directory())) {
      List<Path> all = files.toList();
      assertEquals(3, all.size());
      for (Path file : all) {
        assertEquals("rw-------", permissions(file), file.toString());
      }
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void shouldReuseFreedPages() {
    LmdbImage lmdb = assertInstanceOf(LmdbImage.class, image);
    for (int i = 0; i < 50; i++) {
      try (ImageTransaction transaction = image.begin()) {
        transaction.put(bytes("big"), new byte[256 << 10]);
        transaction.commit();
      }
    }
    assertTrue(lmdb.usedBytes() < 300 << 10, () -> "used " + lmdb.usedBytes());
    assertTrue(lmdb.highWaterBytes() >= lmdb.usedBytes());
    assertTrue(lmdb.highWaterBytes() < 2 << 20, () -> "high water " + lmdb.highWaterBytes());
  }

  @Test
  void shouldKeepTransactionToItsThread() throws Exception {
    try (ImageTransaction transaction = image.begin()) {
      put(transaction, "a", "v");
      List<Runnable> calls =
          List.of(
              () -> get(transaction, "a"),
              () -> put(transaction, "a", "w"),
              transaction::commit,
              transaction::close);
      for (Runnable call : calls) {
        ExecutionException thrown =
            assertThrows(
                ExecutionException.class,
                () -> CompletableFuture.runAsync(call).get(30, TimeUnit.SECONDS));
        assertInstanceOf(IllegalStateException.class, thrown.getCause());
      }
      transaction.commit();
    }
    commit("b");
  }

  /**
   * The writer keeps a hundred keys at one common value; readers on many threads take and share
   * snapshots, and each must show one value everywhere, never an older one than the snapshot
   * before.
   */
  @Test
  @Timeout(120)
  void shouldShowConsistentSnapshotsToManyThreadsWhileWriting() throws Exception {
    writeRound(0);
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(READERS);
    try {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(threads.submit(() -> readRounds(stop)));
      }
      for (int round = 1; round <= COMMITS; round++) {
        writeRound(round);
      }
      stop.set(true);
      for (Future<Integer> reader : readers) {
        assertTrue(reader.get(60, TimeUnit.SECONDS) > 0);
      }
    } finally {
      stop.set(true);
      threads.shutdownNow();
      assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
    }
  }

  private void writeRound(int round) {
    try (ImageTransaction transaction = image.begin()) {
      for (int i = 0; i < 100; i++) {
        put(transaction, "key" + i, "%06d".formatted(round));
      }
      transaction.commit();
    }
  }

  private int readRounds(AtomicBoolean stop) {
    String last = "";
    int count = 0;
    do {
      try (ImageSnapshot snapshot = image.snapshot()) {
        String round = get(snapshot, "key0");
        assertTrue(round.compareTo(last) >= 0);
        int[] entries = {0};
        snapshot.scan(
            bytes("key"),
            null,
            (key, value) -> {
              entries[0]++;
              assertEquals(round, text(value));
              return true;
            });
        assertEquals(100, entries[0]);
        assertNull(get(snapshot, "kez"));
        last = round;
        count++;
      }
    } while (!stop.get());
    return count;
  }
}
