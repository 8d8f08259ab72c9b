package io.leat.coordination;

/**
 * No answer from the name service. A change that was asked for may or may not have been made; the
 * contract of the call says how to go on.
 */
public final class CoordinationUnavailableException extends CoordinationException {

  private static final long serialVersionUID = 1L;

  /** With a message for an operator. */
  public CoordinationUnavailableException(String message) {
    super(message);
  }

  /** With a message for an operator and what caused it. */
  public CoordinationUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
