package io.leat.mds.sim;

import java.util.Locale;

/** What the simulator lets go wrong by itself; devices of clients fail beside it. */
enum Fault {
  /** A connection breaks; what is on the way is lost. */
  CUT,
  /** No connection of a client works for a while. */
  PARTITION,
  /** A client stops for a while, and goes on as if nothing had been. */
  CLIENT_PAUSE,
  /** A client stops in the middle of a write, mostly for longer than its lease. */
  CLIENT_STALL,
  /** A client process dies; what it had in flight to devices may still land. */
  CLIENT_CRASH,
  /** A client's wall clock jumps. */
  CLIENT_CLOCK,
  /** The server's loop stops for a while. */
  SERVER_PAUSE,
  /** The server's process dies; its image's files stay. */
  SERVER_KILL,
  /** A server falls asleep; mostly another has taken over when it wakes. */
  SERVER_ASLEEP,
  /** The name service stops for a while. */
  NAMES_AWAY,
  /** A server cannot reach the name service for a while. */
  NAMES_CUT,
  /** A server hands over to another one that is ready. */
  HANDOVER,
  /**
   * The server's host dies: unflushed journal writes are torn, the image is lost (direct volumes).
   */
  SERVER_POWER,
  /**
   * The host of a whole cell dies: as SERVER_POWER, and with it all clients and the page cache
   * (buffered volumes).
   */
  HOST_POWER,
  /** The journal's devices fail, perhaps in the middle of a write. */
  JOURNAL_ERROR,
  /** The server's wall clock jumps. */
  SERVER_CLOCK,
  /**
   * Clients and the volume's device lose their power, and what was not flushed (direct volumes).
   */
  VOLUME_POWER;

  /** Whether it can happen to such a cell. */
  boolean suits(Profile profile) {
    return switch (this) {
      case SERVER_POWER, VOLUME_POWER -> profile.direct();
      case HOST_POWER -> !profile.direct();
      case HANDOVER -> profile.servers() > 1;
      case CUT,
          PARTITION,
          CLIENT_PAUSE,
          CLIENT_STALL,
          CLIENT_CRASH,
          CLIENT_CLOCK,
          SERVER_PAUSE,
          SERVER_KILL,
          SERVER_ASLEEP,
          NAMES_AWAY,
          NAMES_CUT,
          JOURNAL_ERROR,
          SERVER_CLOCK ->
          true;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
