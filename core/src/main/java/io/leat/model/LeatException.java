package io.leat.model;

import java.io.IOException;
import java.util.Objects;

/**
 * A failure with a number. The message says what failed, on which object and what to do, and is
 * meant for the person who reads it.
 */
public final class LeatException extends IOException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public LeatException(ErrorCode code, String message) {
    super(message);
    this.code = Objects.requireNonNull(code);
  }

  public LeatException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code);
  }

  public ErrorCode code() {
    return code;
  }
}
