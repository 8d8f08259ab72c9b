package io.leat.wire;

import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoEvent;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of a {@link SharedLoop}. It takes the place of Netty's {@code NioIoHandler}, which
 * clears the interrupt flag of a thread that it finds interrupted: on an application's thread that
 * would lose the interrupt. Used by the thread that drives; only {@link #wakeUp} is for any thread.
 */
final class SocketSelector {
  private static final Logger log = LoggerFactory.getLogger(SocketSelector.class);

  private final Selector selector;

  SocketSelector() {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot open a selector for the connections to metadata servers; has the process as many"
              + " files open as it may?",
          e);
    }
  }

  IoRegistration register(NioIoHandle handle) throws IOException {
    SelectionKey key = handle.selectableChannel().register(selector, NioIoOps.NONE.value());
    Registered registered = new Registered(handle, key);
    key.attach(registered);
    handle.registered();
    return registered;
  }

  /**
   * Lets the sockets that are ready do their work.
   *
   * @param waitNanos how long to wait for the first; 0 does not wait. It ends early when the thread
   *     is woken or interrupted; the interrupt flag stays
   * @return how many were ready
   */
  int select(long waitNanos) throws IOException {
    return waitNanos <= 0
        ? selector.selectNow(SocketSelector::work)
        : selector.select(
            SocketSelector::work, Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos)));
  }

  /** Ends the wait that is under way, or the next one. */
  void wakeUp() {
    selector.wakeup();
  }

  /** Closes every socket; what they have to tell is left to the loop as tasks. */
  void closeSockets() {
    for (SelectionKey key : List.copyOf(selector.keys())) {
      Registered registered = (Registered) key.attachment();
      try {
        registered.handle.close();
      } catch (Exception e) {
        log.warn("A connection was not closed in order", e);
      }
    }
  }

  void close() {
    try {
      selector.close();
    } catch (IOException e) {
      log.warn("The selector of a client's connections was not closed in order", e);
    }
  }

  private static void work(SelectionKey key) {
    Registered registered = (Registered) key.attachment();
    try {
      if (registered.isValid()) {
        registered.handle.handle(registered, new Ready(NioIoOps.valueOf(key.readyOps())));
      }
    } catch (RuntimeException | Error e) {
      // Netty's channels handle their own failures; this keeps one from harming the others.
      log.error("A connection failed", e);
    }
  }

  private record Ready(NioIoOps ops) implements NioIoEvent {}

  private record Registered(NioIoHandle handle, SelectionKey key) implements IoRegistration {

    // Netty's signature; its channels know that it is the key.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    @Override
    public <T> T attachment() {
      return (T) key;
    }

    @Override
    public long submit(IoOps ops) {
      if (!isValid()) {
        return -1;
      }
      int wanted = ((NioIoOps) ops).value();
      key.interestOps(wanted);
      return wanted;
    }

    @Override
    public boolean isValid() {
      return key.isValid();
    }

    @Override
    public boolean cancel() {
      if (!isValid()) {
        return false;
      }
      key.cancel();
      handle.unregistered();
      return true;
    }
  }
}
