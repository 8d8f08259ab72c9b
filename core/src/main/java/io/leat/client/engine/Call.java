package io.leat.client.engine;

import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import java.util.concurrent.CompletableFuture;

/** A request on its way until it is answered for good. Confined to the engine. */
final class Call {

  /** A slot is not assigned, or not needed. */
  static final int NO_SLOT = -1;

  /** No stream has this number. */
  static final long NO_STREAM = 0;

  private final Request.Builder request;
  private final boolean once;
  private final long deadlineMillis;
  private final CompletableFuture<Reply> result = new CompletableFuture<>();
  private int slot = NO_SLOT;
  private int sent;
  private long correlation;

  /**
   * A call.
   *
   * @param once it must take effect once and needs a reply slot
   * @param deadlineMillis on the monotonic clock
   */
  Call(Request.Builder request, boolean once, long deadlineMillis) {
    this.request = request;
    this.once = once;
    this.deadlineMillis = deadlineMillis;
  }

  CompletableFuture<Reply> result() {
    return result;
  }

  String user() {
    return request.getUser();
  }

  /** The path that it asks for, of an open or a lookup. */
  String path() {
    return request.hasOpen() ? request.getOpen().getPath() : request.getLookup().getPath();
  }

  /** The stream that it opens; {@link #NO_STREAM} if it opens none. */
  long stream() {
    return request.hasCreate()
        ? request.getCreate().getStream()
        : request.hasAppend() ? request.getAppend().getStream() : NO_STREAM;
  }

  /**
   * Nobody waits for it any more: where it has not taken effect yet, it is not to take anything
   * away that others may have written since.
   */
  void spare() {
    if (request.hasCreate()) {
      request.setCreate(request.getCreate().toBuilder().setOverwrite(false));
    }
  }

  /** Whether its answer brings tokens. */
  boolean isGranted() {
    return request.hasOpen() || request.hasGetLayout() || request.hasLookup();
  }

  boolean once() {
    return once;
  }

  long deadlineMillis() {
    return deadlineMillis;
  }

  int slot() {
    return slot;
  }

  /** Gives the request its slot and sequence; they stay through all repetitions. */
  void assign(int toSlot, long sequence) {
    slot = toSlot;
    request.setSlot(toSlot).setSequence(sequence);
  }

  /** Forgets the slot: the session it belonged to is gone. */
  void unassign() {
    slot = NO_SLOT;
    sent = 0;
    request.clearSlot().clearSequence();
  }

  boolean hasSlotIfNeeded() {
    return !once || slot != NO_SLOT;
  }

  Request sending(long asCorrelation) {
    sent++;
    correlation = asCorrelation;
    return request.build();
  }

  /** How often it has been sent in this session. */
  int sent() {
    return sent;
  }

  /** 0 while it is not on a connection. */
  long correlation() {
    return correlation;
  }

  /** Its caller has given it up; it goes on until what it does is known. */
  boolean givenUp() {
    return result.isDone();
  }

  void unsent() {
    correlation = 0;
  }

  /** Names the request to a person. */
  String describe() {
    return request.getOperationCase().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
