package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.leat.client.ClientNamespace;
import io.leat.client.ClientNamespace.CreateOptions;
import io.leat.client.ClientNamespace.DirectoryEntry;
import io.leat.client.FileReader;
import io.leat.client.FileWriter;
import io.leat.client.LeatClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** Files in one directory whose names say what they hold. */
final class TestFiles {

  static final String HOME = "/tmp/files";
  private static final int BYTES_MAX = 20_000;
  private static final int NAMES_MAX = 10_000;

  private final ClientNamespace namespace;

  TestFiles(LeatClient client) {
    this.namespace = client.namespace(System.getProperty("user.name"));
  }

  ClientNamespace namespace() {
    return namespace;
  }

  static String path(String name) {
    return HOME + "/" + name;
  }

  /** What the file of this name holds. */
  static byte[] bytes(String name) {
    Random random = new Random(name.hashCode());
    byte[] bytes = new byte[random.nextInt(BYTES_MAX)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Fails when it exists; so a server that did this twice would be noticed. */
  FileWriter create(String name) throws IOException {
    return namespace.create(path(name), new CreateOptions(0644, false, true, 1 << 20, 1));
  }

  void write(String name) throws IOException {
    try (FileWriter out = create(name)) {
      out.write(ByteBuffer.wrap(bytes(name)));
    }
  }

  /** Makes files and makes some of them anew; each change fails when it is made twice. */
  Void makeUntil(BooleanSupplier stopped, String worker, Set<String> acknowledged)
      throws IOException {
    for (int i = 0; !stopped.getAsBoolean(); i++) {
      String name = worker + "-" + i;
      write(name);
      if (i % 3 == 0) {
        namespace.delete(path(name), false);
        write(name);
      }
      assertNotNull(namespace.status(path(name)));
      acknowledged.add(name);
    }
    return null;
  }

  /** These files are there, each with its bytes, and no other one. */
  void requireExactly(Set<String> names) throws IOException {
    Set<String> found = new TreeSet<>();
    List<DirectoryEntry> page = namespace.list(HOME, "", NAMES_MAX).entries();
    while (!page.isEmpty()) {
      page.forEach(entry -> found.add(entry.name()));
      page = namespace.list(HOME, page.get(page.size() - 1).name(), NAMES_MAX).entries();
    }
    assertEquals(new TreeSet<>(names), found);
    for (String name : names) {
      requireBytes(name, bytes(name));
    }
  }

  void requireBytes(String name, byte[] expected) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(expected.length);
    try (FileReader in = namespace.open(path(name))) {
      assertEquals(expected.length, in.size(), name);
      while (read.hasRemaining() && in.read(read.position(), read) > 0) {
        // reads on: a read may stop at the end of an extent
      }
    }
    assertEquals(ByteBuffer.wrap(expected), read.flip(), name);
  }
}
