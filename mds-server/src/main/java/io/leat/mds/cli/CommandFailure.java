package io.leat.mds.cli;

import java.io.IOException;

/** A command could not do what it was asked for; the message is all that the user needs. */
public final class CommandFailure extends IOException {
  private static final long serialVersionUID = 1L;

  public CommandFailure(String message) {
    super(message);
  }
}
