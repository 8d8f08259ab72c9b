package io.leat.wire;

import io.netty.handler.codec.DecoderException;

/** The peer sent what the protocol does not allow; the connection cannot go on. */
final class WireViolationException extends DecoderException {
  private static final long serialVersionUID = 1L;

  WireViolationException(String message) {
    super(message);
  }

  WireViolationException(String message, Throwable cause) {
    super(message, cause);
  }
}
