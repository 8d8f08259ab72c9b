package io.leat.mds.sim;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * What one user's directory holds: the shadow of the part of the namespace that only this user
 * changes. Paths are relative. Changes make a new tree, because it may stay unknown which came
 * true.
 *
 * @param nodes by path, parents before their children
 */
record Tree(SortedMap<String, Node> nodes) {

  /** Everything that may be there. */
  static final List<String> FILES = List.of("a", "b", "c", "d/x", "d/y", "e/x");

  static final List<String> DIRECTORIES = List.of("d", "e");

  /** A file's id is not known until its maker is told. */
  static final long UNKNOWN = -1;

  /**
   * A file or directory.
   *
   * @param tag unique among all creates; in the attribute for the block size
   */
  record Node(boolean directory, long file, long tag) {}

  static Tree empty() {
    return new Tree(new TreeMap<>());
  }

  boolean has(String path) {
    return nodes.containsKey(path);
  }

  Node get(String path) {
    return nodes.get(path);
  }

  /** Whether the directory that {@code path} would stand in is there. */
  boolean hasParent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 || has(path.substring(0, slash));
  }

  Tree with(String path, Node node) {
    TreeMap<String, Node> changed = new TreeMap<>(nodes);
    changed.put(path, node);
    return new Tree(changed);
  }

  /** Without a path and all below it. */
  Tree without(String path) {
    TreeMap<String, Node> changed = new TreeMap<>(nodes);
    changed.keySet().removeIf(p -> p.equals(path) || p.startsWith(path + "/"));
    return new Tree(changed);
  }

  /** With a path and all below it moved over whatever was there. */
  Tree moved(String from, String to) {
    Tree changed = without(from).without(to);
    TreeMap<String, Node> all = new TreeMap<>(changed.nodes);
    nodes.forEach(
        (path, node) -> {
          if (path.equals(from) || path.startsWith(from + "/")) {
            all.put(to + path.substring(from.length()), node);
          }
        });
    return new Tree(all);
  }

  List<String> files() {
    return nodes.keySet().stream().filter(path -> !nodes.get(path).directory()).toList();
  }

  /** The same names, kinds and tags, and ids as far as they are known. */
  boolean matches(Tree seen) {
    return nodes.keySet().equals(seen.nodes.keySet())
        && nodes.entrySet().stream().allMatch(e -> matches(e.getValue(), seen.get(e.getKey())));
  }

  private static boolean matches(Node expected, Node seen) {
    return expected.directory() == seen.directory()
        && (expected.directory() || expected.tag() == seen.tag())
        && (expected.file() == UNKNOWN || expected.file() == seen.file());
  }

  static String pick(List<String> of, RandomGenerator random) {
    return of.get(random.nextInt(of.size()));
  }
}
