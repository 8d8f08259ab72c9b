package io.leat.mds.namespace;

import io.leat.mds.namespace.proto.BootRecord;
import io.leat.mds.namespace.proto.CountersRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the batches of a term have decoded and the next ones need again, as it is now: directories,
 * because most requests walk the same ones, counters, and the boot of the host.
 *
 * <p>Every change goes through the {@link NamespaceWriter} that has the cache. One whose
 * transaction is dropped, and not repeated by the next one, takes the cache with it. One thread.
 */
public final class NamespaceCache {

  /** Directories kept at most; one more, and all are looked up again. */
  static final int DIRECTORIES_MAX = 10_000;

  private final Map<Place, Node> byPlace = new HashMap<>();
  private final Map<Long, Node> byId = new HashMap<>();
  private CountersRecord counters;
  private BootRecord boot;

  /** Where an entry stands. */
  private record Place(long parent, String name) {}

  Optional<Node> at(long parent, String name) {
    return Optional.ofNullable(byPlace.get(new Place(parent, name)));
  }

  Optional<Node> of(long id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Notes what an entry is now; of files nothing is kept. */
  void remember(Node node) {
    if (!node.isDirectory()) {
      return;
    }
    if (byId.size() == DIRECTORIES_MAX && !byId.containsKey(node.id())) {
      byPlace.clear();
      byId.clear();
    }
    byPlace.put(new Place(node.parent(), node.name()), node);
    byId.put(node.id(), node);
  }

  /** An entry is gone from its place. */
  void forget(Node node) {
    if (node.isDirectory()) {
      byPlace.remove(new Place(node.parent(), node.name()));
      byId.remove(node.id());
    }
  }

  /** Null when nobody has asked yet. */
  CountersRecord counters() {
    return counters;
  }

  void remember(CountersRecord record) {
    counters = record;
  }

  /** The current one; null when nobody has asked yet. */
  BootRecord boot() {
    return boot;
  }

  void remember(BootRecord record) {
    boot = record;
  }
}
