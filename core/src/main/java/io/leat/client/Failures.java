package io.leat.client;

import io.leat.model.LeatException;
import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * Failures that several threads may see, made anew for each so that stack traces tell the truth.
 */
final class Failures {

  private Failures() {}

  /** A failure of the same kind and message, with the original as its cause. */
  static IOException copy(IOException original) {
    IOException copy;
    if (original instanceof LeatException leat) {
      copy = new LeatException(leat.code(), leat.getMessage(), leat);
    } else if (original instanceof InterruptedIOException) {
      copy = new InterruptedIOException(original.getMessage());
      copy.initCause(original);
    } else {
      copy = new IOException(original.getMessage(), original);
    }
    return copy;
  }
}
