package io.leat.mds.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Image} does. Keys are written as Latin-1 text, one character a byte. */
abstract class AbstractImageContract {

  static final long CAPACITY_BYTES = 4 << 20;

  Image image;

  /** A new, empty image with about {@link #CAPACITY_BYTES}. */
  abstract Image newImage(String name) throws IOException;

  @BeforeEach
  void openImage() throws IOException {
    image = newImage("image");
  }

  @AfterEach
  void closeImage() {
    image.close();
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, ISO_8859_1);
  }

  static String get(ImageReader reader, String key) {
    return text(reader.get(bytes(key)));
  }

  static void put(ImageTransaction transaction, String key, String value) {
    transaction.put(bytes(key), bytes(value));
  }

  static List<String> scan(ImageReader reader, String prefix, String from) {
    List<String> keys = new ArrayList<>();
    reader.scan(
        bytes(prefix),
        from == null ? null : bytes(from),
        (key, value) -> {
          keys.add(text(key));
          return true;
        });
    return keys;
  }

  static String floor(ImageReader reader, String prefix, String key) {
    Entry entry = reader.floor(bytes(prefix), bytes(key));
    return entry == null ? null : text(entry.key());
  }

  /** Commits an entry "=KEY" for each key. */
  void commit(String... keys) {
    try (ImageTransaction transaction = image.begin()) {
      for (String key : keys) {
        put(transaction, key, "=" + key);
      }
      transaction.commit();
    }
  }

  @Test
  void shouldReturnWhatWasPut() {
    commit("a", "b");
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals("=a", get(snapshot, "a"));
      assertEquals("=b", get(snapshot, "b"));
      assertTrue(snapshot.contains(bytes("b")));
      assertNull(get(snapshot, "c"));
      assertFalse(snapshot.contains(bytes("c")));
      assertNull(get(snapshot, "aa"));
    }
  }

  @Test
  void shouldOverwriteWithLongerShorterAndEmptyValues() {
    try (ImageTransaction transaction = image.begin()) {
      for (String value : List.of("one", "a longer one", "x", "", "y".repeat(10_000), "z")) {
        put(transaction, "key", value);
        assertEquals(value, get(transaction, "key"));
      }
      assertEquals(List.of("key"), scan(transaction, "", null));
    }
  }

  @Test
  void shouldDelete() {
    commit("a", "b", "c");
    try (ImageTransaction transaction = image.begin()) {
      assertTrue(transaction.delete(bytes("b")));
      assertFalse(transaction.delete(bytes("b")));
      assertFalse(transaction.delete(bytes("bb")));
      transaction.commit();
    }
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals(List.of("a", "c"), scan(snapshot, "", null));
    }
  }

  @Test
  void shouldTakeKeysAndValuesAtTheirBounds() {
    String longKey = "k".repeat(ImageReader.MAX_KEY_BYTES);
    byte[] longValue = new byte[ImageReader.MAX_VALUE_BYTES];
    longValue[longValue.length - 1] = 7;
    try (ImageTransaction transaction = image.begin()) {
      transaction.put(bytes(longKey), longValue);
      put(transaction, "k", "");
      transaction.commit();
    }
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertArrayEquals(longValue, snapshot.get(bytes(longKey)));
      assertEquals("", get(snapshot, "k"));
      assertEquals(List.of("k", longKey), scan(snapshot, longKey.substring(0, 1), null));
      assertEquals(List.of(longKey), scan(snapshot, longKey, longKey));
      assertEquals(List.of(), scan(snapshot, "", longKey + "\0"));
      assertEquals(longKey, floor(snapshot, "", longKey + "\0"));
    }
  }

  @Test
  void shouldRefuseKeysAndValuesOutOfBoundsAndGoOn() {
    try (ImageTransaction transaction = image.begin()) {
      String tooLong = "k".repeat(ImageReader.MAX_KEY_BYTES + 1);
      for (String key : List.of("", tooLong)) {
        assertRefused(key.length() + " bytes", () -> put(transaction, key, "v"));
        assertRefused("1 to 511", () -> get(transaction, key));
        assertRefused("a key", () -> transaction.contains(bytes(key)));
        assertRefused("a key", () -> transaction.delete(bytes(key)));
      }
      assertRefused("a prefix", () -> scan(transaction, tooLong, null));
      assertRefused("a place", () -> scan(transaction, "", tooLong + "k"));
      assertRefused("a place", () -> floor(transaction, "", tooLong + "k"));
      byte[] value = new byte[ImageReader.MAX_VALUE_BYTES + 1];
      assertRefused("1048577 bytes", () -> transaction.put(bytes("k"), value));
      put(transaction, "k", "v");
      transaction.commit();
    }
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals("v", get(snapshot, "k"));
    }
  }

  private static void assertRefused(String reason, Runnable call) {
    String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
    assertTrue(message.contains(reason), message);
  }

  @Test
  void shouldOrderKeysAsUnsignedBytes() {
    commit("\u0080", "\u007f", "\u00ff", "a", "a\0", "\0", "\0\0", "b");
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals(
          List.of("\0", "\0\0", "a", "a\0", "b", "\u007f", "\u0080", "\u00ff"),
          scan(snapshot, "", null));
    }
  }

  @Test
  void shouldScanKeysWithThePrefixFromThePlace() {
    commit("a", "b", "b1", "b2", "b21", "b3", "c");
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals(List.of("b", "b1", "b2", "b21", "b3"), scan(snapshot, "b", null));
      assertEquals(List.of("b2", "b21", "b3"), scan(snapshot, "b", "b2"));
      assertEquals(List.of("b21", "b3"), scan(snapshot, "b", "b2\0"));
      assertEquals(List.of("b2", "b21"), scan(snapshot, "b2", "a"));
      assertEquals(List.of("b2", "b21"), scan(snapshot, "b2", ""));
      assertEquals(List.of(), scan(snapshot, "b2", "b3"));
      assertEquals(List.of(), scan(snapshot, "b", "z"));
      assertEquals(List.of(), scan(snapshot, "b4", null));
      assertEquals(List.of(), scan(snapshot, "d", null));
      assertEquals(List.of("b3", "c"), scan(snapshot, "", "b22"));
    }
  }

  @Test
  void shouldScanAndFloorAtTheEndOfTheKeySpace() {
    commit(
        "\u00fe", "\u00fe\u00ff", "\u00fe\u00ff\u00ff1", "\u00ff", "\u00ff\u00ff", "\u00ff\u00ffz");
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals(
          List.of("\u00ff", "\u00ff\u00ff", "\u00ff\u00ffz"), scan(snapshot, "\u00ff", null));
      assertEquals(
          List.of("\u00ff\u00ff", "\u00ff\u00ffz"), scan(snapshot, "\u00ff\u00ff", "\u00ff"));
      assertEquals(
          List.of("\u00fe\u00ff", "\u00fe\u00ff\u00ff1"), scan(snapshot, "\u00fe\u00ff", null));
      assertEquals("\u00ff\u00ffz", floor(snapshot, "\u00ff", "\u00ff\u00ff\u00ff\u00ff"));
      assertEquals("\u00fe\u00ff\u00ff1", floor(snapshot, "\u00fe\u00ff", "\u00ff"));
      assertNull(floor(snapshot, "\u00ff\u00ff\u00ff", "\u00ff\u00ff\u00ff\u00ff"));
    }
  }

  @Test
  void shouldStopScanWhenVisitorSaysSo() {
    commit("a", "b", "c");
    List<String> seen = new ArrayList<>();
    try (ImageSnapshot snapshot = image.snapshot()) {
      snapshot.scan(
          bytes(""),
          null,
          (key, value) -> {
            seen.add(text(key) + text(value));
            return seen.size() < 2;
          });
    }
    assertEquals(List.of("a=a", "b=b"), seen);
  }

  @Test
  void shouldScanNothingWhenEmpty() {
    try (ImageSnapshot snapshot = image.snapshot();
        ImageTransaction transaction = image.begin()) {
      assertEquals(List.of(), scan(snapshot, "", null));
      assertEquals(List.of(), scan(transaction, "a", "b"));
      assertNull(floor(snapshot, "", "z"));
      assertNull(floor(transaction, "a", "b"));
    }
  }

  @Test
  void shouldFindFloorAmongKeysWithThePrefix() {
    commit("a1", "b2", "b4", "c");
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals("b2", floor(snapshot, "b", "b2"));
      assertEquals("b2", floor(snapshot, "b", "b3"));
      assertEquals("b4", floor(snapshot, "b", "b9"));
      assertNull(floor(snapshot, "b", "b1"));
      assertNull(floor(snapshot, "b", "b"));
      assertNull(floor(snapshot, "b", "a9"));
      assertEquals("b4", floor(snapshot, "b", "z"));
      assertEquals("c", floor(snapshot, "c", "z"));
      assertEquals("c", floor(snapshot, "", "z"));
      assertEquals("a1", floor(snapshot, "", "b"));
      assertNull(floor(snapshot, "", "a"));
      assertNull(floor(snapshot, "", ""));
      assertNull(floor(snapshot, "bb", "z"));
      assertEquals(new Entry(bytes("b2"), bytes("=b2")), snapshot.floor(bytes("b"), bytes("b3")));
    }
  }

  @Test
  void shouldSeeOwnWritesEverywhere() {
    commit("a", "b", "c");
    try (ImageTransaction transaction = image.begin()) {
      put(transaction, "bb", "new");
      transaction.delete(bytes("b"));
      put(transaction, "c", "changed");
      assertEquals("new", get(transaction, "bb"));
      assertNull(get(transaction, "b"));
      assertEquals("changed", get(transaction, "c"));
      assertEquals(List.of("a", "bb", "c"), scan(transaction, "", null));
      assertEquals("bb", floor(transaction, "b", "bz"));
      assertEquals("a", floor(transaction, "", "ba"));
    }
  }

  @Test
  void shouldLetVisitorChangeTheTransaction() {
    commit("a", "b", "c", "d", "e");
    List<String> seen = new ArrayList<>();
    try (ImageTransaction transaction = image.begin()) {
      transaction.scan(
          bytes(""),
          null,
          (key, value) -> {
            seen.add(text(key));
            transaction.delete(key);
            if (text(key).equals("b")) {
              transaction.delete(bytes("c"));
              put(transaction, "dd", "new");
              put(transaction, "aa", "behind");
            }
            key[0] = 'z';
            return true;
          });
      assertEquals(List.of("a", "b", "d", "dd", "e"), seen);
      assertEquals(List.of("aa"), scan(transaction, "", null));
    }
  }

  @Test
  void shouldNestReadsInScan() {
    commit("a1", "a2", "b1", "b2");
    List<String> seen = new ArrayList<>();
    try (ImageSnapshot snapshot = image.snapshot()) {
      snapshot.scan(
          bytes("a"),
          null,
          (key, value) -> {
            seen.add(text(key) + scan(snapshot, "b", null) + floor(snapshot, "", "a9"));
            return true;
          });
    }
    assertEquals(List.of("a1[b1, b2]a2", "a2[b1, b2]a2"), seen);
  }

  @Test
  void shouldPassVisitorsExceptionOn() {
    commit("a", "b");
    try (ImageSnapshot snapshot = image.snapshot()) {
      ArithmeticException thrown =
          assertThrows(
              ArithmeticException.class,
              () ->
                  snapshot.scan(
                      bytes(""),
                      null,
                      (key, value) -> {
                        throw new ArithmeticException("mine");
                      }));
      assertEquals("mine", thrown.getMessage());
      assertEquals(List.of("a", "b"), scan(snapshot, "", null));
    }
  }

  @Test
  void shouldNoticeThatVisitorClosedTheReader() {
    commit("a", "b");
    ImageSnapshot snapshot = image.snapshot();
    EntryVisitor closing =
        (key, value) -> {
          snapshot.close();
          return true;
        };
    assertThrows(IllegalStateException.class, () -> snapshot.scan(bytes(""), null, closing));
  }

  @Test
  void shouldNotShareArraysWithCallers() {
    byte[] key = bytes("key");
    byte[] value = bytes("value");
    try (ImageTransaction transaction = image.begin()) {
      transaction.put(key, value);
      key[0] = 'x';
      value[0] = 'x';
      transaction.get(bytes("key"))[0] = 'y';
      transaction.floor(key, bytes("key"));
      transaction.floor(bytes("k"), bytes("key")).value()[0] = 'y';
      transaction.commit();
    }
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals("value", get(snapshot, "key"));
      assertEquals(List.of("key"), scan(snapshot, "", null));
    }
  }

  @Test
  void shouldDropChangesWhenClosedWithoutCommit() {
    commit("a", "b");
    try (ImageTransaction transaction = image.begin()) {
      put(transaction, "c", "new");
      transaction.delete(bytes("a"));
    }
    try (ImageTransaction transaction = image.begin()) {
      assertEquals(List.of("a", "b"), scan(transaction, "", null));
    }
  }

  @Test
  void shouldKeepSnapshotsApartFromCommits() {
    commit("a", "b");
    try (ImageSnapshot first = image.snapshot()) {
      try (ImageTransaction transaction = image.begin()) {
        put(transaction, "a", "changed");
        put(transaction, "c", "new");
        transaction.delete(bytes("b"));
        try (ImageSnapshot during = image.snapshot()) {
          transaction.commit();
          commit("d");
          assertEquals(List.of("a", "b"), scan(during, "", null));
        }
      }
      assertEquals("=a", get(first, "a"));
      assertEquals(List.of("a", "b"), scan(first, "", null));
      try (ImageSnapshot after = image.snapshot()) {
        assertEquals("changed", get(after, "a"));
        assertEquals(List.of("a", "c", "d"), scan(after, "", null));
      }
    }
  }

  @Test
  void shouldRefuseSecondTransaction() {
    try (ImageTransaction transaction = image.begin()) {
      assertThrows(IllegalStateException.class, image::begin);
      put(transaction, "a", "still works");
      transaction.commit();
    }
    commit("b");
  }

  @Test
  void shouldRefuseUseOfEndedTransaction() {
    ImageTransaction transaction = image.begin();
    transaction.commit();
    assertThrows(IllegalStateException.class, transaction::commit);
    assertThrows(IllegalStateException.class, () -> put(transaction, "a", "v"));
    assertThrows(IllegalStateException.class, () -> transaction.delete(bytes("a")));
    assertThrows(IllegalStateException.class, () -> get(transaction, "a"));
    assertThrows(IllegalStateException.class, () -> scan(transaction, "", null));
    assertThrows(IllegalStateException.class, () -> floor(transaction, "", "a"));
    transaction.close();
    try (ImageTransaction next = image.begin()) {
      transaction.close();
      assertThrows(IllegalStateException.class, image::begin);
      put(next, "a", "v");
    }
  }

  @Test
  void shouldRefuseUseOfClosedSnapshot() {
    ImageSnapshot snapshot = image.snapshot();
    snapshot.close();
    snapshot.close();
    assertThrows(IllegalStateException.class, () -> get(snapshot, "a"));
    assertThrows(IllegalStateException.class, () -> snapshot.contains(bytes("a")));
    assertThrows(IllegalStateException.class, () -> scan(snapshot, "", null));
    assertThrows(IllegalStateException.class, () -> floor(snapshot, "", "a"));
  }

  @Test
  void shouldBoundOpenSnapshots() {
    List<ImageSnapshot> open = new ArrayList<>();
    for (int i = 0; i < Image.SNAPSHOTS_MAX; i++) {
      open.add(image.snapshot());
    }
    assertThrows(IllegalStateException.class, image::snapshot);
    open.remove(0).close();
    open.add(image.snapshot());
    assertThrows(IllegalStateException.class, image::snapshot);
    open.forEach(ImageSnapshot::close);
  }

  @Test
  void shouldRefuseToCloseOrClearWhileInUse() {
    commit("a");
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertThrows(IllegalStateException.class, image::close);
      assertThrows(IllegalStateException.class, image::clear);
      assertEquals("=a", get(snapshot, "a"));
    }
    try (ImageTransaction transaction = image.begin()) {
      assertThrows(IllegalStateException.class, image::close);
      assertThrows(IllegalStateException.class, image::clear);
      assertEquals("=a", get(transaction, "a"));
    }
  }

  @Test
  void shouldRefuseUseAfterClose() {
    commit("a");
    image.close();
    image.close();
    assertThrows(IllegalStateException.class, image::begin);
    assertThrows(IllegalStateException.class, image::snapshot);
    assertThrows(IllegalStateException.class, image::clear);
    assertThrows(IllegalStateException.class, image::usedBytes);
    assertTrue(image.capacityBytes() > 0);
  }

  @Test
  void shouldClear() {
    commit("a", "b");
    image.clear();
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals(List.of(), scan(snapshot, "", null));
    }
    commit("c");
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals(List.of("c"), scan(snapshot, "", null));
    }
  }

  @Test
  void shouldCountUsedBytes() {
    long empty = image.usedBytes();
    try (ImageTransaction transaction = image.begin()) {
      transaction.put(bytes("big"), new byte[ImageReader.MAX_VALUE_BYTES]);
      assertEquals(empty, image.usedBytes());
      transaction.commit();
    }
    assertTrue(image.usedBytes() >= empty + ImageReader.MAX_VALUE_BYTES);
    assertTrue(image.usedBytes() < image.capacityBytes());
    try (ImageTransaction transaction = image.begin()) {
      transaction.delete(bytes("big"));
      transaction.commit();
    }
    image.flush();
    assertEquals(empty, image.usedBytes());
  }

  @Test
  void shouldGoOnWithDeletesAndSmallWritesAfterFull() {
    commit("keep");
    int filled = fill();
    assertTrue(filled > 10);
    assertTrue(image.usedBytes() <= image.capacityBytes());
    try (ImageTransaction transaction = image.begin()) {
      for (int i = 0; i < filled; i += 2) {
        assertTrue(transaction.delete(fillKey(i)));
      }
      transaction.commit();
    }
    commit("small");
    assertTrue(fill() > 0);
    image.clear();
    commit("after");
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals(List.of("after"), scan(snapshot, "", null));
    }
  }

  /** Commits 64 KiB values one by one until one does not fit; returns how many did. */
  private int fill() {
    for (int i = 0; ; i++) {
      try (ImageTransaction transaction = image.begin()) {
        transaction.put(fillKey(i), new byte[64 << 10]);
        transaction.commit();
      } catch (ImageFullException e) {
        assertEquals(image.capacityBytes(), e.capacityBytes());
        assertTrue(e.getMessage().contains("capacity " + image.capacityBytes()), e.getMessage());
        return i;
      }
    }
  }

  private static byte[] fillKey(int i) {
    return bytes("fill" + (10_000 + i));
  }

  @Test
  void shouldAllowOnlyCloseAfterTransactionFailed() {
    try (ImageTransaction transaction = image.begin()) {
      put(transaction, "lost", "v");
      assertThrows(
          ImageFullException.class,
          () -> {
            for (int i = 0; ; i++) {
              transaction.put(bytes("fill" + i), new byte[ImageReader.MAX_VALUE_BYTES]);
            }
          });
      assertThrows(IllegalStateException.class, () -> put(transaction, "a", "v"));
      assertThrows(IllegalStateException.class, () -> get(transaction, "lost"));
      assertThrows(IllegalStateException.class, transaction::commit);
    }
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertEquals(List.of(), scan(snapshot, "", null));
    }
  }

  @Test
  void shouldBehaveAsShadowMapUnderRandomOperations() {
    new RandomImageRun(image, 20_260_101L).run(20_000);
  }

  @Test
  void shouldHashContentOnly() throws IOException {
    commit("a", "b", "c");
    try (Image other = newImage("other");
        ImageSnapshot snapshot = image.snapshot()) {
      try (ImageTransaction transaction = other.begin()) {
        for (String key : List.of("c", "x", "a", "b")) {
          put(transaction, key, "=" + key);
        }
        assertNotEquals(ImageHash.of(snapshot), ImageHash.of(transaction));
        transaction.delete(bytes("x"));
        assertEquals(ImageHash.of(snapshot), ImageHash.of(transaction));
        put(transaction, "c", "=d");
        assertNotEquals(ImageHash.of(snapshot), ImageHash.of(transaction));
      }
    }
  }

  @Test
  void shouldReachEqualContentByReplayingRecordedEffectsTwice() throws IOException {
    RandomImageRun run = new RandomImageRun(image, 7L);
    run.run(5_000);
    try (Image other = newImage("other")) {
      for (int i = 0; i < 2; i++) {
        try (ImageTransaction transaction = other.begin()) {
          run.journal().forEach(effects -> Effects.replay(effects, transaction));
          transaction.commit();
        }
        try (ImageSnapshot expected = image.snapshot();
            ImageSnapshot replayed = other.snapshot()) {
          assertFalse(scan(expected, "", null).isEmpty());
          assertEquals(ImageHash.of(expected), ImageHash.of(replayed));
        }
      }
    }
  }
}
