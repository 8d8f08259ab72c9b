package io.leat.coordination;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * One session with a {@link MemoryCell}. Beside the contract it has the faults of a session as
 * calls: {@link #suspend()}, {@link #expire()}, {@link #reconnect()}. For one thread only.
 */
public final class MemoryCoordination implements Coordination {

  /** Most subscriptions, and most joined members, of one session. */
  public static final int MAX_REGISTRATIONS = 4096;

  /** One subscription; has an identity of its own, as a listener may subscribe twice. */
  private static final class Registration {
    private final ConnectionListener listener;

    Registration(ConnectionListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
    }
  }

  private final MemoryCell cell;
  private final Set<MemoryMember> joined = new LinkedHashSet<>();
  private final Set<ChangeFeed<?>> feeds = new LinkedHashSet<>();
  private final List<Registration> listeners = new ArrayList<>();
  private ConnectionState state = ConnectionState.CONNECTED;
  private boolean closed;

  MemoryCoordination(MemoryCell cell) {
    this.cell = cell;
  }

  @Override
  public Membership membership() {
    return new MemoryMembership(this, cell);
  }

  @Override
  public Ownership ownership() {
    return new MemoryOwnership(this, cell);
  }

  @Override
  public VirtualServers virtualServers() {
    return new MemoryVirtualServers(this, cell);
  }

  @Override
  public ConnectionState connectionState() {
    return state;
  }

  @Override
  public Subscription subscribe(ConnectionListener listener) {
    checkOpen();
    checkRoom(listeners.size());
    Registration registration = new Registration(listener);
    listeners.add(registration);
    return () -> listeners.remove(registration);
  }

  /** Cuts this session off from the name service; it lives on there. */
  public void suspend() {
    if (state == ConnectionState.CONNECTED) {
      go(ConnectionState.SUSPENDED);
    }
  }

  /** Ends this session at the name service, and lets its holder know. */
  public void expire() {
    cell.dropMembersOf(this);
    go(ConnectionState.LOST);
  }

  /**
   * Connects again: in the same session after {@link #suspend()}, in a new one after {@link
   * #expire()}. Joined members appear again, unless their name was taken meanwhile.
   *
   * @throws IllegalStateException while the cell is not available
   */
  public void reconnect() {
    if (!cell.isAvailable()) {
      throw new IllegalStateException("the cell in memory is not available");
    }
    if (state != ConnectionState.CONNECTED) {
      go(ConnectionState.CONNECTED);
      joined.forEach(MemoryMember::appear);
      signalFeeds();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      feeds.forEach(ChangeFeed::close);
      listeners.clear();
      joined.clear();
      cell.forget(this);
      state = ConnectionState.LOST;
    }
  }

  boolean isConnected() {
    return !closed && state == ConnectionState.CONNECTED;
  }

  /** Fails unless a call on {@code path} would be answered. */
  void checkConnected(String action, String path) throws CoordinationUnavailableException {
    checkOpen();
    if (state != ConnectionState.CONNECTED) {
      throw new CoordinationUnavailableException(
          "Cannot " + action + " " + path + ": the session is " + state + ". Reconnect it first.");
    }
  }

  void add(MemoryMember member) {
    checkRoom(joined.size());
    joined.add(member);
  }

  void remove(MemoryMember member) {
    joined.remove(member);
  }

  <T> Subscription watch(ChangeFeed.Source<T> source, ChangeListener<? super T> listener) {
    checkOpen();
    checkRoom(feeds.size());
    ChangeFeed<T> feed = new ChangeFeed<>(source, listener, cell.notifier());
    feeds.add(feed);
    feed.signal();
    return () -> {
      feeds.remove(feed);
      feed.close();
    };
  }

  void signalFeeds() {
    if (isConnected()) {
      new ArrayList<>(feeds).forEach(ChangeFeed::signal);
    }
  }

  private void go(ConnectionState next) {
    checkOpen();
    if (state == next) {
      return;
    }
    state = next;
    for (Registration registration : listeners) {
      cell.notifier().execute(() -> tell(registration, next));
    }
  }

  private void tell(Registration registration, ConnectionState next) {
    if (listeners.contains(registration)) {
      registration.listener.connectionChanged(next);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this coordination session is closed");
    }
  }

  private static void checkRoom(int registered) {
    if (registered >= MAX_REGISTRATIONS) {
      throw new IllegalStateException(
          "this coordination session has " + MAX_REGISTRATIONS + " registrations; close some");
    }
  }
}
