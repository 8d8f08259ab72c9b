package io.leat.coordination;

import java.io.IOException;

/**
 * The name service refused, or holds something that cannot be read. The message says what failed,
 * at which path and what to do. Subclasses exist where a caller acts on the difference.
 */
public class CoordinationException extends IOException {

  private static final long serialVersionUID = 1L;

  /** With a message for an operator. */
  public CoordinationException(String message) {
    super(message);
  }

  /** With a message for an operator and what caused it. */
  public CoordinationException(String message, Throwable cause) {
    super(message, cause);
  }
}
