package io.leat.mds.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The names that all users make, look at and delete at the same time, in a directory that is shut
 * and opened to guests.
 */
final class SharedNames {

  private static final int NAMES = 4;
  static final String DIRECTORY = "/shared";

  /** Who may see the names as long as the directory is open to guests. */
  static final String GUEST = "guest";

  /** States of the directory, the first one at the beginning. */
  static final long OPEN = RegisterHistory.ABSENT;

  static final long SHUT = 1;

  private final List<RegisterHistory> histories = new ArrayList<>();
  private final RegisterHistory door = new RegisterHistory();
  private boolean made;

  SharedNames() {
    for (int i = 0; i < NAMES; i++) {
      histories.add(new RegisterHistory());
    }
  }

  /** Its directory is there. */
  void made() {
    made = true;
  }

  boolean isMade() {
    return made;
  }

  int pick(RandomGenerator random) {
    return random.nextInt(NAMES);
  }

  static String path(int name) {
    return DIRECTORY + "/s" + name;
  }

  RegisterHistory history(int name) {
    return histories.get(name);
  }

  /** Of all names, in order. */
  List<RegisterHistory> histories() {
    return histories;
  }

  /** Whether the directory is open to guests. */
  RegisterHistory door() {
    return door;
  }

  static int mode(long door) {
    return door == OPEN ? 0755 : 0700;
  }

  void hostDied(World world) {
    door.hostDied(world::isSettled);
    histories.forEach(history -> history.hostDied(world::isSettled));
  }

  void check(Judge judge) {
    check(judge, DIRECTORY + " and guests", door);
    for (int name = 0; name < NAMES; name++) {
      check(judge, path(name), histories.get(name));
    }
  }

  private static void check(Judge judge, String what, RegisterHistory history) {
    if (!history.isLinearizable()) {
      judge.violated(
          "linearizability", "no order explains what happened to %s:%s".formatted(what, history));
    }
  }
}
