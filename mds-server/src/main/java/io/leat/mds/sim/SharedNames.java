package io.leat.mds.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The names that all users make, look at and delete at the same time. */
final class SharedNames {

  private static final int NAMES = 4;
  static final String DIRECTORY = "/shared";

  private final List<RegisterHistory> histories = new ArrayList<>();

  SharedNames() {
    for (int i = 0; i < NAMES; i++) {
      histories.add(new RegisterHistory());
    }
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

  void hostDied(World world) {
    histories.forEach(history -> history.hostDied(world::isSettled));
  }

  void check(Judge judge) {
    for (int name = 0; name < NAMES; name++) {
      if (!histories.get(name).isLinearizable()) {
        judge.violated(
            "linearizability",
            "no order explains what happened to %s:%s".formatted(path(name), histories.get(name)));
      }
    }
  }
}
