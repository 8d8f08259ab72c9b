package io.leat.mds.check;

import java.util.List;

/**
 * Changes that belong together and are made in one batch.
 *
 * @param what for a person
 * @param space whether it changes who owns blocks
 */
record Repair(String what, boolean space, List<Mutation> mutations) {

  Repair {
    mutations = List.copyOf(mutations);
  }

  int bytes() {
    return mutations.stream().mapToInt(Mutation::bytes).sum();
  }
}
