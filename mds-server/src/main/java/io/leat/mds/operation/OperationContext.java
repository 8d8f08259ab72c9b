package io.leat.mds.operation;

import io.leat.mds.namespace.Caller;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.PathName;
import io.leat.mds.namespace.Reclaimer;
import io.leat.mds.namespace.Resolution;
import io.leat.mds.namespace.SyncedBytes;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.mds.operation.TokenConflict.Wanted;
import io.leat.mds.token.TokenTable;
import io.leat.model.BlockRange;
import io.leat.model.ErrorCode;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What an operation works with.
 *
 * @param namespace the tree, inside the batch's transaction
 * @param tokens who holds what
 * @param caller on whose behalf
 * @param session the client session that asks
 * @param nowMillis since 1970, taken when the request was
 * @param state what the operation asks of the virtual server around it
 */
public record OperationContext(
    NamespaceWriter namespace,
    TokenTable tokens,
    Caller caller,
    long session,
    long nowMillis,
    ServerState state) {

  /** What of the virtual server's own state operations need. */
  public interface ServerState {

    /**
     * When a lease that runs now is surely over, with drift and margin, on the clock that leases
     * and holds are measured by: it never jumps.
     */
    long leaseEndMillis();

    /** Names a session to a person: process and host. */
    String describeSession(long session);

    /** Milliseconds until the session expires unless it renews; 0 when it is silent. */
    long leaseRemainingMillis(long session);

    /** Of the term. */
    long epoch();

    /** True while sessions of an earlier term have not claimed their tokens yet. */
    boolean recovering();

    /** True while clients of an earlier term may use what they remember of paths. */
    boolean mayBeRemembered();

    /** What operations wait for of this file: nobody is to hold anything against it. */
    TokenSet awaitedTokens(long file);

    /**
     * True while, and for a moment after, an operation waits for what {@code tokens} of this file
     * stand against.
     */
    boolean contended(long file, TokenSet tokens);

    /** Tells a client, if it is connected, to give tokens back. */
    void revoke(long file, long session, TokenSet tokens);

    /**
     * The answer tells its receiver alone what nobody else has seen: it may leave before the
     * journal has what it says, where the receiver cannot outlive the host that knows.
     */
    void answersEarly();

    /** Something was deleted or closed: look for space to take back. */
    void reclaim();

    /** A stream is not held any more: look for what was quarantined for it. */
    void drained();
  }

  Resolution resolve(String path) throws LeatException {
    return namespace.resolve(PathName.parse(path), caller);
  }

  /**
   * As {@link #requireForgotten(FileAccess, Node)}, of what clients claim after a restart.
   *
   * @throws LeatException RECOVERING while sessions that might hold some have not been heard
   */
  void requireUncontended(FileAccess access, Node file) throws TokenConflict, LeatException {
    requireHeard(file);
    requireForgotten(access, file);
  }

  /**
   * Makes sure that it is known who has the file open.
   *
   * @throws LeatException RECOVERING while sessions that might have it open have not been heard
   */
  void requireHeard(Node file) throws LeatException {
    if (state.recovering()) {
      throw new LeatException(
          ErrorCode.RECOVERING,
          "Waiting for clients of before the restart to say what they hold; file "
              + namespace.pathOf(file));
    }
  }

  /**
   * What is about to be done with a node.
   *
   * @param access asked back from all who remember it
   */
  record Change(Node node, FileAccess access) {}

  /** As {@link #requireForgotten(List)}, of one change. */
  void requireForgotten(FileAccess access, Node node) throws TokenConflict, LeatException {
    requireForgotten(List.of(new Change(node, access)));
  }

  /**
   * Makes sure that no client, the asking one included, remembers what any of {@code changes}
   * changes. All of it is asked for at once.
   *
   * @throws TokenConflict when somebody holds tokens against it
   * @throws LeatException RECOVERING while sessions that have not been heard may remember it
   */
  void requireForgotten(List<Change> changes) throws TokenConflict, LeatException {
    if (state.mayBeRemembered()) {
      throw new LeatException(
          ErrorCode.RECOVERING,
          "Waiting until clients of before the restart have forgotten "
              + namespace.pathOf(changes.get(0).node()));
    }
    for (Change change : changes) {
      if (tokens.isHeldAgainst(change.node().id(), TokenTable.NOBODY, change.access().tokens())) {
        throw new TokenConflict(wanted(changes));
      }
    }
  }

  /** What all of them need, of each inode once. */
  private static List<Wanted> wanted(List<Change> changes) {
    Map<Long, TokenSet> wanted = new LinkedHashMap<>();
    for (Change change : changes) {
      wanted.merge(change.node().id(), change.access().tokens(), TokenSet::union);
    }
    return wanted.entrySet().stream().map(one -> new Wanted(one.getKey(), one.getValue())).toList();
  }

  /** Fails when somebody holds a write lease of the file. */
  void requireNoLease(Node file, String path) throws LeatException {
    List<LeaseRecord> leases = namespace.leases(file.id(), 1);
    if (!leases.isEmpty()) {
      throw leaseHeld(path, leases.get(0));
    }
  }

  /** Somebody else's lease stands in the way. */
  LeatException leaseHeld(String path, LeaseRecord lease) {
    return new LeatException(
        ErrorCode.LEASE_HELD,
        "%s is being written%s by %s, whose lease has %d ms left; close it there or recover the lease"
            .formatted(
                path,
                lease.hasRange() ? " (" + Namespace.rangeOf(lease) + ")" : "",
                lease.getHolder(),
                state.leaseRemainingMillis(lease.getSession())));
  }

  /** Fails when a crash of the host has lost bytes of the file. */
  void requireNothingLost(Node file, String path) throws LeatException {
    OptionalLong lost = SyncedBytes.lostFrom(namespace, file.inode());
    if (lost.isPresent()) {
      throw new LeatException(
          ErrorCode.DATA_LOST,
          "%s: the host crashed before the bytes from %d on were durable, and they are lost; truncate the file to %d bytes to keep the rest"
              .formatted(path, lost.getAsLong(), lost.getAsLong()));
    }
  }

  /**
   * Makes sure that bytes of the file may be taken from where they stand.
   *
   * @throws LeatException FLUSHING while a crash of the host would be followed by a look at them
   */
  void requireFlushed(Node file, String path) throws LeatException {
    if (SyncedBytes.isProving(namespace, file.inode())) {
      throw new LeatException(
          ErrorCode.FLUSHING,
          "%s was left in the middle of an hsync; waiting for the server's next flush of the volume"
              .formatted(path));
    }
  }

  /** The write lease of this session's stream. */
  LeaseRecord requireLease(long file, long stream) throws LeatException {
    LeaseRecord lease = namespace.lease(file).orElse(null);
    if (lease == null) {
      return namespace.leasesOf(session, file).stream()
          .filter(range -> range.getStream() == stream)
          .findFirst()
          .orElseThrow(() -> leaseLost(file, "its write lease was recovered"));
    }
    if (lease.getSession() != session || lease.getStream() != stream) {
      throw leaseLost(file, "its write lease went to " + lease.getHolder());
    }
    return lease;
  }

  private static LeatException leaseLost(long file, String why) {
    return new LeatException(
        ErrorCode.LEASE_LOST,
        "File %d is not written by this stream any more: %s".formatted(file, why));
  }

  /**
   * Takes a file, or a directory without entries, out of the tree: for good where that is little
   * work, else {@link Reclaimer} does the rest.
   */
  void remove(Node node) {
    if (mayBeOpen(node) || !Reclaimer.removeAtOnce(namespace, node, nowMillis)) {
      unlink(node);
    }
  }

  /** Takes an entry out of the tree, with all below it; {@link Reclaimer} does the rest. */
  void unlink(Node node) {
    namespace.unlink(node, nowMillis);
    state.reclaim();
  }

  /** Whether anybody has a file open; those who have are not all known during recovery. */
  private boolean mayBeOpen(Node file) {
    return tokens.isOpen(file.id()) || state.recovering();
  }

  /** Frees blocks that the file does not name any more, or keeps them for its present readers. */
  void drop(Node file, BlockRange range) {
    if (mayBeOpen(file)) {
      namespace.pin(file.id(), range);
    } else {
      namespace.free(range);
    }
  }
}
