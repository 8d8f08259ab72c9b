package io.leat.mds.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image whose commits stand in memory at first. */
class WriteBehindImageTest {

  /** Small enough that what the contract does meets every way through the image. */
  private static final int FLUSH_ENTRIES = 8;

  private static final long FLUSH_BYTES = 8 << 10;

  /** With the image on the heap below. */
  @Nested
  class AboveMemory extends AbstractImageContract {

    private MemoryImage below;

    @Override
    Image newImage(String name) {
      below = new MemoryImage(CAPACITY_BYTES);
      return new WriteBehindImage(below, FLUSH_ENTRIES, FLUSH_BYTES);
    }

    private List<String> keysBelow() {
      try (ImageSnapshot snapshot = below.snapshot()) {
        return scan(snapshot, "", null);
      }
    }

    @Test
    void shouldGiveCommitsToTheImageBelowTogether() {
      commit("a", "b");
      commit("c");
      try (ImageTransaction transaction = image.begin()) {
        assertTrue(transaction.delete(bytes("b")));
        transaction.commit();
      }
      assertEquals(List.of(), keysBelow());
      image.flush();
      assertEquals(List.of("a", "c"), keysBelow());
      image.flush();
      assertEquals(List.of("a", "c"), keysBelow());
    }

    @Test
    void shouldDeleteBelowWithTheFlush() {
      commit("a", "b");
      image.flush();
      try (ImageTransaction transaction = image.begin()) {
        assertTrue(transaction.delete(bytes("a")));
        transaction.commit();
      }
      assertEquals(List.of("a", "b"), keysBelow());
      try (ImageSnapshot snapshot = image.snapshot()) {
        assertEquals(List.of("b"), scan(snapshot, "", null));
      }
      image.flush();
      assertEquals(List.of("b"), keysBelow());
    }

    @Test
    void shouldFlushBeforeTheNextTransactionWhenMuchIsInMemory() {
      for (int i = 0; i < FLUSH_ENTRIES; i++) {
        commit("k" + i);
      }
      assertEquals(List.of(), keysBelow());
      commit("next");
      assertEquals(FLUSH_ENTRIES, keysBelow().size());
    }

    @Test
    void shouldSendALargeTransactionThrough() {
      int entries = 2 * WriteBehindImage.FULL * FLUSH_ENTRIES;
      try (ImageTransaction transaction = image.begin()) {
        for (int i = 0; i < entries; i++) {
          put(transaction, "k" + i, "v");
        }
        assertEquals(entries, scan(transaction, "", null).size());
        assertEquals(List.of(), keysBelow());
        transaction.commit();
      }
      assertEquals(entries, keysBelow().size());
    }

    @Test
    void shouldForgetALargeTransactionThatIsDropped() {
      commit("kept");
      try (ImageTransaction transaction = image.begin()) {
        for (int i = 0; i < 2 * WriteBehindImage.FULL * FLUSH_ENTRIES; i++) {
          put(transaction, "k" + i, "v");
        }
      }
      try (ImageSnapshot snapshot = image.snapshot()) {
        assertEquals(List.of("kept"), scan(snapshot, "", null));
      }
      assertEquals(List.of(), keysBelow());
    }

    @Test
    void shouldGoOnWithAScanWhoseVisitorMakesTheTransactionLarge() {
      commit("a", "d");
      image.flush();
      commit("b", "c");
      StringBuilder seen = new StringBuilder();
      try (ImageTransaction transaction = image.begin()) {
        transaction.scan(
            bytes(""),
            null,
            (key, value) -> {
              seen.append(text(key));
              if (text(key).equals("b")) {
                for (int i = 0; i < 2 * WriteBehindImage.FULL * FLUSH_ENTRIES; i++) {
                  put(transaction, "0" + i, "behind");
                }
                put(transaction, "cc", "ahead");
                assertTrue(transaction.delete(bytes("d")));
              }
              return true;
            });
        transaction.commit();
      }
      assertEquals("abccc", seen.toString());
    }

    @Test
    void shouldGoThroughWhereTheImageBelowIsCrowded() {
      try (ImageTransaction transaction = image.begin()) {
        for (int i = 0; i < 3; i++) {
          transaction.put(bytes("big" + i), new byte[ImageReader.MAX_VALUE_BYTES]);
        }
        transaction.commit();
      }
      image.flush();
      commit("small");
      assertTrue(keysBelow().contains("small"));
      try (ImageTransaction transaction = image.begin()) {
        assertThrows(
            ImageFullException.class,
            () -> transaction.put(bytes("big"), new byte[ImageReader.MAX_VALUE_BYTES]));
      }
      try (ImageSnapshot snapshot = image.snapshot()) {
        assertEquals("=small", get(snapshot, "small"));
        assertNull(get(snapshot, "big"));
      }
    }

    @Test
    void shouldAppendToTheImageBelow() {
      commit("a");
      try (ImageTransaction transaction = image.begin()) {
        transaction.append(bytes("b"), bytes("v"));
        transaction.commit();
      }
      assertEquals(List.of("a", "b"), keysBelow());
    }

    @Test
    void shouldKeepASnapshotApartFromAFlush() {
      commit("a");
      try (ImageSnapshot before = image.snapshot()) {
        commit("b");
        try (ImageSnapshot between = image.snapshot()) {
          image.flush();
          commit("c");
          assertEquals(List.of("a"), scan(before, "", null));
          assertEquals(List.of("a", "b"), scan(between, "", null));
        }
      }
    }
  }

  /** With LMDB below, as it is used. */
  @Nested
  class AboveLmdb extends AbstractImageContract {

    @TempDir private Path directory;

    @Override
    Image newImage(String name) throws IOException {
      return new WriteBehindImage(
          LmdbImage.open(directory.resolve(name), CAPACITY_BYTES), FLUSH_ENTRIES, FLUSH_BYTES);
    }

    @Test
    void shouldLoseWhatWasNotFlushedAndNothingElse() throws IOException {
      try (Image first = newImage("again")) {
        try (ImageTransaction transaction = first.begin()) {
          put(transaction, "flushed", "v");
          transaction.commit();
        }
        first.flush();
        try (ImageTransaction transaction = first.begin()) {
          put(transaction, "in memory", "v");
          transaction.commit();
        }
      }
      try (Image second = newImage("again");
          ImageSnapshot snapshot = second.snapshot()) {
        assertEquals(List.of("flushed"), scan(snapshot, "", null));
      }
    }
  }

  @Test
  void shouldNotPutAnOldOverlayOnWhatANewerOneWasFlushedTo() {
    HookedImage below = new HookedImage();
    try (Image image = new WriteBehindImage(below, FLUSH_ENTRIES, FLUSH_BYTES)) {
      commit(image, "last", "1");
      below.beforeNextSnapshot(
          () -> {
            commit(image, "last", "2");
            commit(image, "other", "2");
            image.flush();
          });
      try (ImageSnapshot snapshot = image.snapshot()) {
        assertEquals("2", AbstractImageContract.get(snapshot, "last"));
        assertEquals("2", AbstractImageContract.get(snapshot, "other"));
      }
      below.beforeNextSnapshot(() -> commit(image, "last", "3"));
      try (ImageSnapshot snapshot = image.snapshot()) {
        assertEquals("2", AbstractImageContract.get(snapshot, "last"));
      }
      below.beforeNextSnapshot(image::flush);
      try (ImageSnapshot snapshot = image.snapshot()) {
        assertEquals("3", AbstractImageContract.get(snapshot, "last"));
      }
    }
  }

  @Test
  void shouldNotPutAnOverlayOnATransactionThatWentThroughAfterIt() throws Exception {
    HookedImage below = new HookedImage();
    try (Image image = new WriteBehindImage(below, FLUSH_ENTRIES, FLUSH_BYTES)) {
      commit(image, "changed", "1");
      List<String> seen = new ArrayList<>();
      Thread reader =
          new Thread(
              () -> {
                try (ImageSnapshot snapshot = image.snapshot()) {
                  seen.add(AbstractImageContract.get(snapshot, "changed"));
                  seen.add(AbstractImageContract.get(snapshot, "added"));
                }
              });
      below.afterNextCommit(() -> startAndAwaitRest(reader));
      try (ImageTransaction transaction = image.begin()) {
        AbstractImageContract.put(transaction, "changed", "2");
        AbstractImageContract.put(transaction, "added", "2");
        for (int i = 0; i < WriteBehindImage.FULL * FLUSH_ENTRIES; i++) {
          AbstractImageContract.put(transaction, "k" + i, "2");
        }
        transaction.commit();
      }
      reader.join();
      assertEquals(List.of("2", "2"), seen);
    }
  }

  /** Returns when the thread has ended, or waits for the one that called this. */
  private static void startAndAwaitRest(Thread thread) {
    thread.start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (thread.isAlive() && thread.getState() != Thread.State.BLOCKED) {
      assertTrue(System.nanoTime() - end < 0, "neither ends nor waits");
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldKeepInMemoryWhatCannotBeFlushed() {
    HookedImage below = new HookedImage();
    try (Image image = new WriteBehindImage(below, FLUSH_ENTRIES, FLUSH_BYTES)) {
      commit(image, "a", "1");
      below.beforeCommits(
          () -> {
            throw new ImageException("the disk is full", null);
          });
      assertThrows(ImageException.class, image::flush);
      commit(image, "b", "1");
      assertThrows(ImageException.class, image::flush);
      below.beforeCommits(() -> {});
      image.flush();
      try (ImageSnapshot snapshot = below.snapshot()) {
        assertEquals(List.of("a", "b"), AbstractImageContract.scan(snapshot, "", null));
      }
    }
  }

  @Test
  void shouldForgetEntriesThatCameAndWentInMemory() {
    HookedImage below = new HookedImage();
    try (WriteBehindImage image = new WriteBehindImage(below, FLUSH_ENTRIES, FLUSH_BYTES)) {
      commit(image, "a", "1");
      try (ImageTransaction transaction = image.begin()) {
        assertTrue(transaction.delete(AbstractImageContract.bytes("a")));
        transaction.commit();
      }
      below.beforeCommits(() -> fail("there is nothing to flush"));
      image.flush();
    }
  }

  private static void commit(Image image, String key, String value) {
    try (ImageTransaction transaction = image.begin()) {
      AbstractImageContract.put(transaction, key, value);
      transaction.commit();
    }
  }
}
