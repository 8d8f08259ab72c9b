package io.leat.client.engine;

import io.leat.model.FileAttributes;
import java.util.List;
import java.util.function.Consumer;

/**
 * A path that a user may look at again without asking, as long as every inode on it stays where and
 * what it is. Confined to the engine.
 */
final class RememberedPath {

  /**
   * So long an answer is given to a user again: which groups he is in may change, and no token says
   * so. As long as Hadoop keeps groups by default.
   */
  static final long AGE_MILLIS_MAX = 300_000;

  /** The user has looked at the file, and not opened it. */
  static final long NEVER = Long.MIN_VALUE;

  private final Asked asked;
  private final List<OpenFile> inodes;
  private final FileAttributes status;
  private final long sinceMillis;
  private long usedMillis;
  private final long openedMillis;
  private final Consumer<RememberedPath> onLost;
  private boolean lost;

  /** Who asked for what; an answer is remembered for nobody else. */
  record Asked(String user, String path) {}

  /**
   * A path.
   *
   * @param inodes from the root to the file
   * @param status the file's
   * @param openedMillis when the server has last let the user open the file for reading; {@link
   *     #NEVER}
   * @param onLost is told once when an inode is not held in its place any more
   */
  RememberedPath(
      Asked asked,
      List<OpenFile> inodes,
      FileAttributes status,
      long openedMillis,
      long nowMonotonic,
      Consumer<RememberedPath> onLost) {
    this.asked = asked;
    this.inodes = List.copyOf(inodes);
    this.status = status;
    this.openedMillis = openedMillis;
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

  long openedMillis() {
    return openedMillis;
  }

  /** Whether the user may open the file again. */
  boolean mayOpen(long nowMonotonic) {
    return openedMillis != NEVER && nowMonotonic - openedMillis <= AGE_MILLIS_MAX;
  }

  boolean isOld(long nowMonotonic) {
    return nowMonotonic - sinceMillis > AGE_MILLIS_MAX;
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
