package io.leat.mds.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/**
 * Random operations on an image, each compared with a {@link TreeMap}: transactions of random
 * length, committed or dropped, with a few older snapshots that must keep their content.
 */
final class RandomImageRun {

  private static final int SNAPSHOTS_KEPT = 4;
  private static final byte[] ALPHABET = {0, 1, 'a', 'b', (byte) 0x80, (byte) 0xFF};

  private record Kept(ImageSnapshot snapshot, NavigableMap<byte[], byte[]> content) {}

  private final Image image;
  private final long seed;
  private final Random random;
  private final Deque<Kept> kept = new ArrayDeque<>();
  private NavigableMap<byte[], byte[]> committed = new TreeMap<>(Arrays::compareUnsigned);
  private final List<ByteBuffer> journal = new ArrayList<>();

  RandomImageRun(Image image, long seed) {
    this.image = image;
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** The effects of every committed transaction, in order. */
  List<ByteBuffer> journal() {
    return journal;
  }

  void run(int operations) {
    try {
      int left = operations;
      while (left > 0) {
        int count = Math.min(left, 1 + random.nextInt(100));
        transaction(count);
        left -= count;
        checkSnapshots();
      }
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    } finally {
      kept.forEach(each -> each.snapshot().close());
    }
  }

  private void transaction(int operations) {
    NavigableMap<byte[], byte[]> shadow = new TreeMap<>(committed);
    Effects effects = new Effects();
    boolean commit = random.nextInt(4) > 0;
    try (ImageTransaction transaction = new RecordingTransaction(image.begin(), effects)) {
      for (int i = 0; i < operations; i++) {
        operation(transaction, shadow);
      }
      if (commit) {
        transaction.commit();
      }
    }
    if (commit) {
      committed = shadow;
      journal.add(effects.copy());
    }
  }

  private void operation(ImageTransaction transaction, NavigableMap<byte[], byte[]> shadow) {
    byte[] key = key(1);
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> {
        byte[] value = value();
        transaction.put(key, value);
        shadow.put(key, value);
      }
      case 3, 4 -> assertEquals(shadow.remove(key) != null, transaction.delete(key));
      case 5 -> checkGet(transaction, shadow, key);
      case 6 -> checkScan(transaction, shadow, key(0), random.nextBoolean() ? null : key(0));
      default -> checkFloor(transaction, shadow, key(0), key);
    }
  }

  private void checkSnapshots() {
    if (random.nextInt(3) == 0) {
      kept.add(new Kept(image.snapshot(), committed));
    }
    if (kept.size() > SNAPSHOTS_KEPT) {
      kept.remove().snapshot().close();
    }
    for (Kept each : kept) {
      checkGet(each.snapshot(), each.content(), key(1));
      checkScan(each.snapshot(), each.content(), new byte[0], null);
      checkFloor(each.snapshot(), each.content(), key(0), key(1));
    }
  }

  private static void checkGet(
      ImageReader reader, NavigableMap<byte[], byte[]> shadow, byte[] key) {
    assertArrayEquals(shadow.get(key), reader.get(key));
    assertEquals(shadow.containsKey(key), reader.contains(key));
  }

  private void checkScan(
      ImageReader reader, NavigableMap<byte[], byte[]> shadow, byte[] prefix, byte[] from) {
    int limit = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(5);
    List<Entry> expected =
        shadow.entrySet().stream()
            .filter(e -> startsWith(e.getKey(), prefix))
            .filter(e -> from == null || Arrays.compareUnsigned(e.getKey(), from) >= 0)
            .limit(limit)
            .map(RandomImageRun::entry)
            .toList();
    List<Entry> actual = new ArrayList<>();
    reader.scan(
        prefix,
        from,
        (key, value) -> {
          actual.add(new Entry(key, value));
          return actual.size() < limit;
        });
    assertEquals(expected, actual);
  }

  private static void checkFloor(
      ImageReader reader, NavigableMap<byte[], byte[]> shadow, byte[] prefix, byte[] key) {
    Entry expected =
        shadow.headMap(key, true).descendingMap().entrySet().stream()
            .filter(e -> startsWith(e.getKey(), prefix))
            .findFirst()
            .map(RandomImageRun::entry)
            .orElse(null);
    assertEquals(expected, reader.floor(prefix, key));
  }

  private static Entry entry(Map.Entry<byte[], byte[]> entry) {
    return new Entry(entry.getKey(), entry.getValue());
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return Arrays.equals(Arrays.copyOf(key, Math.min(key.length, prefix.length)), prefix);
  }

  /** Few different bytes and short keys, so that keys meet and are prefixes of each other. */
  private byte[] key(int minLength) {
    byte[] key = new byte[minLength + random.nextInt(4)];
    for (int i = 0; i < key.length; i++) {
      key[i] = ALPHABET[random.nextInt(ALPHABET.length)];
    }
    return key;
  }

  private byte[] value() {
    byte[] value = new byte[random.nextInt(20) == 0 ? random.nextInt(6000) : random.nextInt(60)];
    random.nextBytes(value);
    return value;
  }
}
