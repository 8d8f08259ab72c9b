package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.client.ClientNamespace;
import io.leat.client.LeatClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Large attributes, each with a number, on as many files as they need; remembers what was
 * acknowledged. One writer; any thread may ask how far it is.
 */
final class TestAttributes {

  static final int VALUE_BYTES = 16 << 10;

  private static final int PER_FILE = 32;

  /** The version of each attribute that was acknowledged last. */
  private final Map<Integer, Integer> acknowledged = new ConcurrentSkipListMap<>();

  private final AtomicInteger writes = new AtomicInteger();

  /** Writes that were acknowledged. */
  int writes() {
    return writes.get();
  }

  void write(LeatClient client, int number, int version) throws IOException {
    ClientNamespace namespace = namespace(client);
    if (number % PER_FILE == 0 && !acknowledged.containsKey(number)) {
      new TestFiles(client).write(file(number));
    }
    namespace.setXAttr(
        TestFiles.path(file(number)), name(number), value(number, version), true, true);
    acknowledged.put(number, version);
    writes.incrementAndGet();
  }

  /** Each has the value that was acknowledged last. */
  void requireAll(LeatClient client) throws IOException {
    ClientNamespace namespace = namespace(client);
    for (Map.Entry<Integer, Integer> entry : acknowledged.entrySet()) {
      int number = entry.getKey();
      Map<String, byte[]> found =
          namespace.getXAttrs(TestFiles.path(file(number)), List.of(name(number)));
      assertEquals(1, found.size(), name(number));
      assertArrayEquals(value(number, entry.getValue()), found.get(name(number)), name(number));
    }
  }

  private static ClientNamespace namespace(LeatClient client) {
    return new TestFiles(client).namespace();
  }

  private static String file(int number) {
    return "attributes-" + number / PER_FILE;
  }

  private static String name(int number) {
    return "user.a" + number;
  }

  private static byte[] value(int number, int version) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(31L * number + version).nextBytes(value);
    return value;
  }
}
