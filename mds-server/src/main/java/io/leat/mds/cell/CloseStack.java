package io.leat.mds.cell;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was started, last first, all of it whatever fails. For one thread at a time. */
final class CloseStack implements Closeable {
  private final Deque<Closeable> parts = new ArrayDeque<>();

  /** Takes over a part and hands it back. */
  synchronized <T extends Closeable> T push(T part) {
    parts.push(part);
    return part;
  }

  /** Closes everything because of {@code failure}, which learns what else went wrong. */
  synchronized void closeAfter(Exception failure) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (IOException | RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
  }

  /** Closes everything; closing again does nothing. */
  @Override
  public synchronized void close() throws IOException {
    IOException failure = new IOException("not everything could be stopped");
    closeAfter(failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }
}
