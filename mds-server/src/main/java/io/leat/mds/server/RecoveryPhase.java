package io.leat.mds.server;

import java.util.Locale;

/**
 * What a metadata server does, one after another, from its decision to own a virtual server until
 * everybody is served as ever. {@link Recovery} is the dispatcher. Whatever ends a recovery in any
 * phase, the next one, here or elsewhere, begins with the first, under a larger epoch.
 */
public enum RecoveryPhase {
  /** The owner record is changed in the name service: one of several wins. */
  ELECT,

  /** The epoch is claimed on the storage: the older owner answers nothing from here on. */
  FENCE,

  /** The segments of all lanes are looked at, and the end of the journal is found. */
  SCAN,

  /** The image is brought to the end of what is durable for certain. */
  REPLAY,

  /** A segment of the own lane seals the history, with a durable copy of its last batch. */
  SEAL,

  /** What was answered early is adopted, and the term is written down with this host's boot. */
  RECONSTRUCT,

  /** The state machine is made; sessions of earlier terms are known, and silent. */
  INSTANTIATE,

  /**
   * Requests are answered. Clients say what they hold, and of those that are silent everything that
   * they may hold counts as held, until they come or their leases end. With the last of them the
   * recovery is over.
   */
  GATHER;

  /** For logs. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
