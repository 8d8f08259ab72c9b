package io.leat.coordination;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * A name service in memory: what all sessions of one simulated cell share. Same calls, same order,
 * same results; no clock, no thread, no randomness. For one thread only.
 */
public final class MemoryCell {

  /** Most sessions that are open at a time. */
  public static final int MAX_SESSIONS = 1024;

  /** A live member and the session it lives by. */
  record Live(MemoryCoordination session, MemberInfo info) {}

  final SortedMap<String, Live> members = new TreeMap<>();
  final SortedMap<String, VirtualServerConfig> virtualServers = new TreeMap<>();
  final Map<String, OwnerRecord> owners = new HashMap<>();

  /** Whose a volume is. */
  final Map<String, String> volumes = new HashMap<>();

  /** Whose a lane of a metadata area is. */
  final Map<String, String> lanes = new HashMap<>();

  private final Set<MemoryCoordination> sessions = new LinkedHashSet<>();
  private final Executor notifier;
  private boolean available = true;
  private long lastVersion;

  /**
   * An empty cell that is available.
   *
   * @param notifier runs the listeners; must run its tasks one at a time in the order given, and
   *     should run them after the call that handed them over has returned
   */
  public MemoryCell(Executor notifier) {
    this.notifier = Objects.requireNonNull(notifier, "notifier");
  }

  /**
   * A new session, connected.
   *
   * @throws CoordinationUnavailableException while the cell is not available
   */
  public MemoryCoordination connect() throws CoordinationException {
    if (!available) {
      throw new CoordinationUnavailableException(
          "Cannot connect: the cell in memory is not available. Make it available first.");
    }
    if (sessions.size() >= MAX_SESSIONS) {
      throw new CoordinationException(
          "Cannot connect: the cell in memory has "
              + MAX_SESSIONS
              + " sessions. Close some first.");
    }
    MemoryCoordination session = new MemoryCoordination(this);
    sessions.add(session);
    return session;
  }

  /** Whether the name service answers. */
  public boolean isAvailable() {
    return available;
  }

  /**
   * Stops or restarts the name service. Stopping suspends every connected session; restarting
   * reconnects every session, those that were lost in a new session.
   */
  public void setAvailable(boolean nowAvailable) {
    if (available == nowAvailable) {
      return;
    }
    available = nowAvailable;
    List<MemoryCoordination> all = List.copyOf(sessions);
    if (nowAvailable) {
      all.forEach(MemoryCoordination::reconnect);
    } else {
      all.forEach(MemoryCoordination::suspend);
    }
  }

  long nextVersion() {
    return ++lastVersion;
  }

  /** Removes what lives by {@code session}. */
  void dropMembersOf(MemoryCoordination session) {
    if (members.values().removeIf(live -> live.session() == session)) {
      changed();
    }
  }

  void forget(MemoryCoordination session) {
    sessions.remove(session);
    dropMembersOf(session);
  }

  /** Tells every session that something has changed. */
  void changed() {
    new ArrayList<>(sessions).forEach(MemoryCoordination::signalFeeds);
  }

  Executor notifier() {
    return notifier;
  }
}
