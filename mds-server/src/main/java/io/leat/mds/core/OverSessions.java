package io.leat.mds.core;

import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.proto.SessionRecord;
import io.leat.mds.operation.OperationContext;
import io.leat.mds.operation.SessionEnd;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Client sessions that are over, while something of theirs has still to be taken back: first what
 * they held, in steps, then, with proof that they are drained, what they might still have been
 * writing to (D5).
 *
 * <p>The proof is the client's own word. Without it the streams are held for a lease, and then
 * until the lock file of the client's process, if it made one, is seen not to be locked: the
 * process is gone, or it has given the session up. A lock alone ends nothing before that time,
 * because locks can be lost: a process loses those of a file when it closes any descriptor of it.
 */
final class OverSessions {

  /** Sessions of which a tick does a step each: a batch has to fit into the journal. */
  private static final int SESSIONS_MAX = 16;

  /** Sessions that hold more than one step may end; true: drained by their own word. */
  private final Map<Long, Boolean> ending = new LinkedHashMap<>();

  /** Sessions whose streams are held. */
  private final Map<Long, Held> held = new LinkedHashMap<>();

  /** Sessions known to be drained whose streams are not all taken back. */
  private final Set<Long> drained = new LinkedHashSet<>();

  /** A session's record, and whether its lock file may be locked still. */
  private record Held(SessionRecord record, boolean locked) {}

  /** Takes up a session that was over, wholly or not, before this term. */
  void takeUp(long session) {
    ending.put(session, false);
  }

  /** Ends a session, or begins to. */
  void end(OperationContext context, long session, boolean isDrained) {
    if (SessionEnd.end(context, session, isDrained)) {
      ended(context.namespace(), session);
    } else {
      ending.put(session, isDrained);
    }
  }

  private void ended(Namespace namespace, long session) {
    namespace
        .session(session)
        .ifPresent(record -> held.put(session, new Held(record, record.getFenced())));
  }

  /** Does a step for some sessions that have one to do. */
  void step(OperationContext context) {
    for (long session : some(ending.keySet())) {
      if (SessionEnd.end(context, session, ending.get(session))) {
        ending.remove(session);
        ended(context.namespace(), session);
      }
    }
    for (long session : some(drained)) {
      if (SessionEnd.drained(context, session)) {
        drained.remove(session);
      }
    }
  }

  private static List<Long> some(Set<Long> sessions) {
    return sessions.stream().limit(SESSIONS_MAX).toList();
  }

  /** Takes those as drained who have been held long enough and hold no lock. */
  void timePasses(long leaseClockMillis) {
    held.entrySet()
        .removeIf(
            entry -> {
              Held session = entry.getValue();
              boolean past =
                  !session.locked() && leaseClockMillis >= session.record().getHeldUntilMillis();
              if (past) {
                drained.add(entry.getKey());
              }
              return past;
            });
  }

  /** Nobody holds the lock of the session's lock file, or it is gone. */
  void unlocked(long session) {
    held.computeIfPresent(session, (id, known) -> new Held(known.record(), false));
  }

  boolean hasWork() {
    return !ending.isEmpty() || !drained.isEmpty();
  }

  /** Sessions whose lock files have to be looked at. */
  void forEachLocked(BiConsumer<Long, SessionRecord> consumer) {
    held.forEach(
        (session, known) -> {
          if (known.locked()) {
            consumer.accept(session, known.record());
          }
        });
  }

  void forEach(BiConsumer<Long, SessionRecord> consumer) {
    held.forEach((session, known) -> consumer.accept(session, known.record()));
  }

  /** Until what happens the session's blocks stay unused; for a person. */
  Optional<String> waitsFor(long session, long leaseClockMillis) {
    return Optional.ofNullable(held.get(session))
        .map(
            known ->
                known.locked()
                    ? "%s on %s, whose lock file is locked, to end"
                        .formatted(known.record().getProcess(), known.record().getHost())
                    : "%d ms to pass"
                        .formatted(
                            Math.max(0, known.record().getHeldUntilMillis() - leaseClockMillis)));
  }
}
