package io.leat.mds.namespace;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The directories that a batch has come across, as they are now: most requests walk the same ones,
 * and each walk would decode them again. Lives as long as the batch. One thread.
 */
final class Directories {

  /** Directories kept at most; further ones are looked up each time. */
  private static final int COUNT_MAX = 10_000;

  private final Map<Place, Node> byPlace = new HashMap<>();
  private final Map<Long, Node> byId = new HashMap<>();

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
    if (node.isDirectory() && (byId.size() < COUNT_MAX || byId.containsKey(node.id()))) {
      byPlace.put(new Place(node.parent(), node.name()), node);
      byId.put(node.id(), node);
    }
  }

  /** An entry is gone from its place. */
  void forget(Node node) {
    byPlace.remove(new Place(node.parent(), node.name()));
    byId.remove(node.id());
  }
}
