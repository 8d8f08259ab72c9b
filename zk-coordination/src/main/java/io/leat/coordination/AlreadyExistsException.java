package io.leat.coordination;

/** The name is taken. */
public final class AlreadyExistsException extends CoordinationException {

  private static final long serialVersionUID = 1L;

  /** With a message for an operator. */
  public AlreadyExistsException(String message) {
    super(message);
  }
}
