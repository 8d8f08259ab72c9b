package io.leat.mds.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.namespace.proto.InodeRecord;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NamespaceCacheTest {

  private final NamespaceCache cache = new NamespaceCache();

  @Test
  void shouldKnowADirectoryByPlaceAndById() {
    Node node = directory(5, "d");
    cache.remember(node);
    assertEquals(Optional.of(node), cache.at(1, "d"));
    assertEquals(Optional.of(node), cache.of(5));
    cache.forget(node);
    assertTrue(cache.at(1, "d").isEmpty());
    assertTrue(cache.of(5).isEmpty());
  }

  @Test
  void shouldKeepNothingOfFiles() {
    Node file = new Node(1, "f", InodeRecord.newBuilder().setFileId(5).build());
    cache.remember(file);
    assertTrue(cache.at(1, "f").isEmpty());
    assertTrue(cache.of(5).isEmpty());
  }

  @Test
  void shouldKeepABoundedNumber() {
    for (int id = 1; id <= NamespaceCache.DIRECTORIES_MAX; id++) {
      cache.remember(directory(id, "d" + id));
    }
    cache.remember(directory(1, "d1"));
    assertTrue(cache.of(2).isPresent());
    Node last = directory(NamespaceCache.DIRECTORIES_MAX + 1, "last");
    cache.remember(last);
    assertTrue(cache.of(2).isEmpty());
    assertTrue(cache.at(1, "d2").isEmpty());
    assertEquals(Optional.of(last), cache.at(1, "last"));
  }

  private static Node directory(long id, String name) {
    return new Node(1, name, InodeRecord.newBuilder().setFileId(id).setDirectory(true).build());
  }
}
