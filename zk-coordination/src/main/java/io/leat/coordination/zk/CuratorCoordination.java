package io.leat.coordination.zk;

import io.leat.coordination.ConnectionListener;
import io.leat.coordination.ConnectionState;
import io.leat.coordination.Coordination;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.CoordinationUnavailableException;
import io.leat.coordination.Membership;
import io.leat.coordination.Ownership;
import io.leat.coordination.Subscription;
import io.leat.coordination.VirtualServers;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.KeeperException;

/**
 * {@link Coordination} on ZooKeeper. A call that gets no answer fails after about ({@link
 * #MAX_RETRIES} + 1) times the connection timeout; a change whose outcome is then unknown takes up
 * to {@link ZooKeeperCalls#MAX_WRITE_ATTEMPTS} times as long.
 */
public final class CuratorCoordination implements Coordination {

  /** How often Curator repeats a request after the connection was lost. */
  public static final int MAX_RETRIES = 3;

  /** Pause between such attempts. */
  public static final int RETRY_PAUSE_MILLIS = 200;

  /** Most connection listeners, and most watches, of one session. */
  public static final int MAX_REGISTRATIONS = 4096;

  private static final int CLOSE_WAIT_MILLIS = 2_000;

  /** One subscription; has an identity of its own, as a listener may subscribe twice. */
  private static final class Registration {
    private final ConnectionListener listener;

    Registration(ConnectionListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
    }
  }

  private final CuratorFramework curator;
  private final ZooKeeperCalls calls;
  private final CellPaths paths;
  private final ZooKeeperConfig config;
  private final Watches watches;
  private final SerialExecutor feedThread = new SerialExecutor("leat-coordination-watch");
  private final SerialExecutor stateThread = new SerialExecutor("leat-coordination-state");
  private final List<Registration> listeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile ConnectionState state = ConnectionState.SUSPENDED;

  private CuratorCoordination(ZooKeeperConfig config) {
    this.config = config;
    this.paths = new CellPaths(config.rootPath());
    this.curator = newFramework(config);
    this.calls = new ZooKeeperCalls(curator, config.sessionTimeoutMillis());
    this.watches = new Watches(curator, feedThread);
  }

  /**
   * Opens a session and makes sure that the cell's paths exist.
   *
   * @throws CoordinationUnavailableException when there is no connection within the session timeout
   */
  public static CuratorCoordination connect(ZooKeeperConfig config) throws CoordinationException {
    CuratorCoordination coordination = new CuratorCoordination(config);
    try {
      coordination.start();
      return coordination;
    } catch (CoordinationException | RuntimeException e) {
      coordination.close();
      throw e;
    }
  }

  @Override
  public Membership membership() {
    return new CuratorMembership(calls, paths, watches, config.sessionTimeoutMillis());
  }

  @Override
  public Ownership ownership() {
    return new CuratorOwnership(calls, paths, watches);
  }

  @Override
  public VirtualServers virtualServers() {
    return new CuratorVirtualServers(calls, paths, watches);
  }

  @Override
  public ConnectionState connectionState() {
    return state;
  }

  @Override
  public Subscription subscribe(ConnectionListener listener) {
    if (closed.get()) {
      throw new IllegalStateException("this coordination session is closed");
    }
    if (listeners.size() >= MAX_REGISTRATIONS) {
      throw new IllegalStateException(
          "this coordination session has " + MAX_REGISTRATIONS + " listeners; close some");
    }
    Registration registration = new Registration(listener);
    listeners.add(registration);
    return () -> listeners.remove(registration);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      listeners.clear();
      // First, so that what closing the session causes is not taken for news.
      feedThread.close();
      stateThread.close();
      curator.close();
      state = ConnectionState.LOST;
    }
  }

  /** For tests that play faults on the session. */
  CuratorFramework curator() {
    return curator;
  }

  private void start() throws CoordinationException {
    curator.getConnectionStateListenable().addListener((client, next) -> changed(next));
    curator.start();
    boolean connected =
        calls.call(
            "connect for",
            paths.root(),
            () ->
                curator.blockUntilConnected(config.sessionTimeoutMillis(), TimeUnit.MILLISECONDS));
    if (!connected) {
      throw new CoordinationUnavailableException(
          "No connection to ZooKeeper at "
              + config.connectString()
              + " within "
              + config.sessionTimeoutMillis()
              + " ms. Check that it runs and can be reached.");
    }
    state = ConnectionState.CONNECTED;
    createPath(paths.members());
    createPath(paths.virtualServers());
  }

  private void createPath(String path) throws CoordinationException {
    try {
      calls.call(
          "create",
          path,
          () -> curator.create().creatingParentsIfNeeded().forPath(path, new byte[0]));
    } catch (NodeStateException e) {
      if (!e.is(KeeperException.Code.NODEEXISTS)) {
        throw e;
      }
    }
  }

  private void changed(org.apache.curator.framework.state.ConnectionState curatorState) {
    ConnectionState next =
        switch (curatorState) {
          case CONNECTED, RECONNECTED -> ConnectionState.CONNECTED;
          case SUSPENDED, READ_ONLY -> ConnectionState.SUSPENDED;
          case LOST -> ConnectionState.LOST;
        };
    if (closed.get() || next == state) {
      return;
    }
    state = next;
    stateThread.execute(
        () -> listeners.forEach(registration -> registration.listener.connectionChanged(next)));
  }

  private static CuratorFramework newFramework(ZooKeeperConfig config) {
    return CuratorFrameworkFactory.builder()
        .connectString(config.connectString())
        .sessionTimeoutMs(config.sessionTimeoutMillis())
        .connectionTimeoutMs(config.connectionTimeoutMillis())
        .retryPolicy(new RetryNTimes(MAX_RETRIES, RETRY_PAUSE_MILLIS))
        .maxCloseWaitMs(CLOSE_WAIT_MILLIS)
        // The configured servers are the truth; a list from the ensemble could name addresses that
        // this host cannot reach.
        .ensembleTracker(false)
        .dontUseContainerParents()
        .build();
  }
}
