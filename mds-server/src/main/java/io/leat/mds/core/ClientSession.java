package io.leat.mds.core;

import io.leat.mds.namespace.proto.SessionRecord;
import io.leat.wire.proto.Reply;

/** A client session's volatile half. */
final class ClientSession {

  private final long id;
  private final SessionRecord record;
  private final SlotReply[] slots;
  private final String description;
  private Peer peer;
  private long heardMillis;
  private boolean silent;
  private boolean expelled;

  /** The last request of a slot and what it was answered. */
  record SlotReply(long sequence, Reply reply) {}

  /**
   * A session.
   *
   * @param silent known from an earlier term and not heard in this one
   */
  ClientSession(long id, SessionRecord record, int slots, boolean silent, long nowMonotonic) {
    this.id = id;
    this.record = record;
    this.description = "%s on %s (session %d)".formatted(record.getProcess(), record.getHost(), id);
    this.slots = new SlotReply[slots];
    this.silent = silent;
    this.heardMillis = nowMonotonic;
  }

  long id() {
    return id;
  }

  SessionRecord record() {
    return record;
  }

  Peer peer() {
    return peer;
  }

  void connected(Peer to) {
    peer = to;
    silent = false;
  }

  void disconnected() {
    peer = null;
  }

  void heard(long nowMonotonic) {
    heardMillis = nowMonotonic;
  }

  /** When it was last heard, on the monotonic clock. */
  long heardMillis() {
    return heardMillis;
  }

  boolean silent() {
    return silent;
  }

  /**
   * Takes no further request from the client, so that its lease runs out: until then it may use
   * what it holds.
   */
  void expel() {
    expelled = true;
  }

  boolean expelled() {
    return expelled;
  }

  int slots() {
    return slots.length;
  }

  /** Null when nothing is known of the slot in this term. */
  SlotReply slot(int slot) {
    return slots[slot];
  }

  void answered(int slot, long sequence, Reply reply) {
    slots[slot] = new SlotReply(sequence, reply);
  }

  /** Names the session to a person: process and host. */
  String describe() {
    return description;
  }
}
