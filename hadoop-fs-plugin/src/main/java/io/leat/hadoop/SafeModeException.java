package io.leat.hadoop;

import java.io.IOException;

/** The virtual server is in safe mode: it can be read, not changed. */
public final class SafeModeException extends IOException {
  private static final long serialVersionUID = 1L;

  public SafeModeException(String message) {
    super(message);
  }
}
