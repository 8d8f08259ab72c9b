package io.leat.coordination;

/**
 * A record is not, or no longer, what the caller expected; nothing was changed. Read and decide.
 */
public class ConflictException extends CoordinationException {

  private static final long serialVersionUID = 1L;

  /** With a message for an operator. */
  public ConflictException(String message) {
    super(message);
  }
}
