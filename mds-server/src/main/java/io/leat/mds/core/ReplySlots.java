package io.leat.mds.core;

import com.google.protobuf.InvalidProtocolBufferException;
import io.leat.mds.core.ClientSession.SlotReply;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Makes repeated requests take effect once. Each slot of a session remembers its last request's
 * sequence and reply: the same sequence is answered alike, a lower one is dropped.
 *
 * <p>Answers to requests that changed something stand in the image, so that the next owner knows
 * them. Refusals are remembered in memory alone: whoever could still execute a late copy of a
 * refused request is gone with this term.
 */
final class ReplySlots {

  private ReplySlots() {}

  /** What is known of the slot's last request. */
  static Optional<SlotReply> last(NamespaceWriter namespace, ClientSession session, int slot)
      throws LeatException {
    if (slot < 0 || slot >= session.slots()) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "Reply slot %d; session %d has %d".formatted(slot, session.id(), session.slots()));
    }
    if (session.slot(slot) == null) {
      Optional<byte[]> stored = namespace.reply(session.id(), slot);
      if (stored.isPresent()) {
        SlotReply reply = decode(stored.get());
        session.answered(slot, reply.sequence(), reply.reply());
      }
    }
    return Optional.ofNullable(session.slot(slot));
  }

  /** Remembers an answer; in the image too when the request changed something. */
  static void answered(
      NamespaceWriter namespace, ClientSession session, Request request, Reply reply) {
    session.answered(request.getSlot(), request.getSequence(), reply);
    if (!reply.hasError()) {
      namespace.putReply(session.id(), request.getSlot(), encode(request.getSequence(), reply));
    }
  }

  private static byte[] encode(long sequence, Reply reply) {
    byte[] bytes = reply.toByteArray();
    return ByteBuffer.allocate(8 + bytes.length).putLong(sequence).put(bytes).array();
  }

  private static SlotReply decode(byte[] stored) {
    ByteBuffer in = ByteBuffer.wrap(stored);
    long sequence = in.getLong();
    try {
      return new SlotReply(sequence, Reply.parseFrom(in));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the image holds a damaged reply", e);
    }
  }
}
