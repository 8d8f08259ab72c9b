package io.leat.client.engine;

import io.leat.model.FileAttributes;
import java.util.List;
import java.util.function.Consumer;

/**
 * A path that a user may look at again without asking, as long as every inode on it stays where and
 * what it is. Confined to the engine.
 */
final class RememberedPath {

  private final Asked asked;
  private final List<OpenFile> inodes;
  private final FileAttributes status;
  private final long sinceMillis;
  private long usedMillis;
  private final boolean mayOpen;
  private final Consumer<RememberedPath> onLost;
  private boolean lost;

  /** Who asked for what; an answer is remembered for nobody else. */
  record Asked(String user, String path) {}

  /**
   * A path.
   *
   * @param inodes from the root to the file
   * @param status the file's
   * @param mayOpen the user has opened the file for reading, so the server has let him
   * @param onLost is told once when an inode is not held in its place any more
   */
  RememberedPath(
      Asked asked,
      List<OpenFile> inodes,
      FileAttributes status,
      boolean mayOpen,
      long nowMonotonic,
      Consumer<RememberedPath> onLost) {
    this.asked = asked;
    this.inodes = List.copyOf(inodes);
    this.status = status;
    this.mayOpen = mayOpen;
    this.sinceMillis = nowMonotonic;
    this.usedMillis = nowMonotonic;
    this.onLost = onLost;
  }

  Asked asked() {
    return asked;
  }

  List<OpenFile> inodes() {
    return inodes;
  }

  OpenFile file() {
    return inodes.get(inodes.size() - 1);
  }

  FileAttributes status() {
    return status;
  }

  boolean mayOpen() {
    return mayOpen;
  }

  long sinceMillis() {
    return sinceMillis;
  }

  long usedMillis() {
    return usedMillis;
  }

  void used(long nowMonotonic) {
    usedMillis = nowMonotonic;
  }

  /** Something on the way is not held in its place any more. */
  void lose() {
    if (!lost) {
      lost = true;
      onLost.accept(this);
    }
  }

  boolean lost() {
    return lost;
  }
}
