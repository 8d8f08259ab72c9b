package io.leat.mds.sim;

import io.leat.mds.server.RecoveryPhase;
import io.leat.model.ErrorCode;
import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Found;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Reply;
import java.util.Locale;
import java.util.function.Consumer;

/** What a simulation has come across; one that never meets something proves nothing about it. */
enum Met {
  READER_GRANTED,
  SNAPSHOT_GRANTED,
  WRITER_GRANTED,
  RANGE_GRANTED,
  PATH_GRANTED,
  ABSENCE_GRANTED,
  LISTING_GRANTED,
  PATH_NOT_GRANTED,
  READER_REVOKED,
  WRITER_REVOKED,
  RANGE_REVOKED,
  PATH_REVOKED,
  STATUS_REMEMBERED,
  OPEN_REMEMBERED,
  LISTING_REMEMBERED,
  SESSION_OPENED,
  SESSION_TAKEN_UP,
  SESSION_UNKNOWN,
  OWNER_SUPERSEDED,
  TAKEN_OVER,
  HANDED_OVER,
  DEVICE_LEFT_OUT,
  DEVICE_REJOINED,
  REDIRECTED,
  CLAIM_REFUSED,
  LANE_AWAITED,
  DIED_BEFORE_ELECT,
  DIED_BEFORE_FENCE,
  DIED_BEFORE_SCAN,
  DIED_BEFORE_REPLAY,
  DIED_BEFORE_SEAL,
  DIED_BEFORE_RECONSTRUCT,
  DIED_BEFORE_INSTANTIATE,
  RECOVERING,
  FLUSHING,
  REVOKING,
  LEASE_HELD,
  LEASE_LOST,
  DATA_LOST;

  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A process was killed on its way to a term. */
  static Met diedBefore(RecoveryPhase phase) {
    return valueOf("DIED_BEFORE_" + phase);
  }

  /** Tells what a message to a client shows. */
  static void in(Envelope message, Consumer<Met> met) {
    if (message.hasEvent()) {
      TokenSet tokens = TokenSet.known(message.getEvent().getRevoke().getTokens());
      met.accept(
          tokens.writes()
              ? tokens.has(TokenKind.IO, TokenLevel.WRITE) ? WRITER_REVOKED : RANGE_REVOKED
              : tokens.and(TokenSet.REMEMBERED).isEmpty() ? READER_REVOKED : PATH_REVOKED);
    } else {
      in(message.getReply(), met);
    }
  }

  private static void in(Reply reply, Consumer<Met> met) {
    switch (reply.getResultCase()) {
      case OPENED -> in(reply.getOpened(), met);
      case FOUND -> in(reply.getFound(), met);
      case SESSION_OPENED ->
          met.accept(reply.getSessionOpened().getResumed() ? SESSION_TAKEN_UP : SESSION_OPENED);
      default -> {
        if (reply.hasError()) {
          in(ErrorCode.of(reply.getError().getCode()), met);
        }
      }
    }
  }

  private static void in(Found found, Consumer<Met> met) {
    boolean granted = found.getPath(found.getPathCount() - 1).getTokens() != 0;
    if (!granted) {
      met.accept(PATH_NOT_GRANTED);
    } else if (found.hasAbsent()) {
      met.accept(ABSENCE_GRANTED);
    } else {
      met.accept(found.hasListing() ? LISTING_GRANTED : PATH_GRANTED);
    }
  }

  private static void in(Opened opened, Consumer<Met> met) {
    TokenSet tokens = TokenSet.known(opened.getTokens());
    met.accept(
        tokens.has(TokenKind.IO, TokenLevel.WRITE)
            ? WRITER_GRANTED
            : tokens.has(TokenKind.IO, TokenLevel.SHARED_WRITE)
                ? RANGE_GRANTED
                : tokens.has(TokenKind.IO, TokenLevel.READ) ? READER_GRANTED : SNAPSHOT_GRANTED);
    if (opened.getAboveCount() > 0) {
      met.accept(PATH_GRANTED);
    }
  }

  private static void in(ErrorCode code, Consumer<Met> met) {
    switch (code) {
      case SESSION_UNKNOWN -> met.accept(SESSION_UNKNOWN);
      case RECOVERING -> met.accept(RECOVERING);
      case FLUSHING -> met.accept(FLUSHING);
      case REVOKING -> met.accept(REVOKING);
      case LEASE_HELD -> met.accept(LEASE_HELD);
      case LEASE_LOST -> met.accept(LEASE_LOST);
      case DATA_LOST -> met.accept(DATA_LOST);
      default -> {}
    }
  }
}
