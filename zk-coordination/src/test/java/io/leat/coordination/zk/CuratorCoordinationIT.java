package io.leat.coordination.zk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.coordination.AbstractCoordinationContract;
import io.leat.coordination.Await;
import io.leat.coordination.ChangeListener;
import io.leat.coordination.ConnectionState;
import io.leat.coordination.Coordination;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.CoordinationUnavailableException;
import io.leat.coordination.MemberInfo;
import io.leat.coordination.OwnerRecord;
import io.leat.coordination.Ownership;
import io.leat.coordination.OwnershipConflictException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CuratorCoordinationIT extends AbstractCoordinationContract {

  private static final int SESSION_MILLIS = 1_500;
  private static final int CONNECTION_MILLIS = 500;
  private static final AtomicInteger CELLS = new AtomicInteger();

  @TempDir private static Path data;

  private static EmbeddedZooKeeper server;

  private final String root = "/leat/cell-" + CELLS.incrementAndGet();

  @BeforeAll
  static void startServer() throws Exception {
    server = EmbeddedZooKeeper.start(data);
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @Override
  protected CuratorCoordination openSession() throws CoordinationException {
    return CuratorCoordination.connect(
        new ZooKeeperConfig(server.connectString(), root, SESSION_MILLIS, CONNECTION_MILLIS));
  }

  /** Takes the session over with a second client and closes it: ZooKeeper itself then ends it. */
  @Override
  protected void replaceSession(Coordination session) throws Exception {
    ZooKeeper victim =
        ((CuratorCoordination) session).curator().getZookeeperClient().getZooKeeper();
    ZooKeeper killer =
        new ZooKeeper(
            server.connectString(),
            SESSION_MILLIS,
            event -> {},
            victim.getSessionId(),
            victim.getSessionPasswd());
    try {
      Await.until("second client has the session", () -> killer.getState().isConnected());
    } finally {
      killer.close();
    }
  }

  @Override
  protected void await(String what, Await.Condition condition) throws Exception {
    Await.until(what, condition);
  }

  @Test
  void shouldGoOnAfterServerWasStoppedAndStarted() throws Exception {
    Coordination one = connect();
    one.virtualServers().create(config("home"));
    OwnerRecord owner = one.ownership().claim("home", "a", "h:1", 1, Optional.empty());
    one.membership().join(member("a"));
    List<ConnectionState> heard = new CopyOnWriteArrayList<>();
    one.subscribe(heard::add);
    int port = server.port();
    server.close();
    Await.until("suspended", () -> heard.contains(ConnectionState.SUSPENDED));
    assertThrows(
        CoordinationUnavailableException.class,
        () -> one.ownership().claim("home", "b", "h:2", 2, Optional.of(owner)));
    server = EmbeddedZooKeeper.start(data, EmbeddedZooKeeper.DEFAULT_HOST, port);
    Await.until("connected", () -> one.connectionState() == ConnectionState.CONNECTED);
    assertEquals(Optional.of(owner), one.ownership().read("home"));
    Await.until("member", () -> one.membership().members().equals(List.of(member("a"))));
    assertEquals(ConnectionState.SUSPENDED, heard.get(0));
  }

  @Test
  void shouldBringBackMemberNodeThatSomebodyRemoved() throws Exception {
    CuratorCoordination one = (CuratorCoordination) connect();
    one.membership().join(member("a"));
    long first = nodeOf(one, "a");
    one.curator().delete().forPath(root + "/members/a");
    Await.until("a new node", () -> nodeOf(one, "a") > first);
  }

  @Test
  void shouldLetExactlyOneClaimWinEachEpoch() throws Exception {
    int claimants = 4;
    int epochs = 50;
    Coordination admin = connect();
    admin.virtualServers().create(config("home"));
    // Two sessions, each with two threads that claim in the same owner's name.
    List<Coordination> sessions = List.of(connect(), connect());
    CyclicBarrier barrier = new CyclicBarrier(claimants);
    ExecutorService pool = Executors.newFixedThreadPool(claimants);
    try {
      List<Future<Integer>> wins = new CopyOnWriteArrayList<>();
      for (int i = 0; i < claimants; i++) {
        Ownership ownership = sessions.get(i % 2).ownership();
        String owner = "m" + i % 2;
        wins.add(pool.submit(() -> claimAll(ownership, owner, epochs, barrier)));
      }
      int total = 0;
      for (Future<Integer> win : wins) {
        total += win.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      assertEquals(epochs, total);
      assertEquals(epochs, admin.ownership().read("home").orElseThrow().epoch());
    } finally {
      pool.shutdownNow();
    }
  }

  private static int claimAll(Ownership ownership, String owner, int epochs, CyclicBarrier barrier)
      throws Exception {
    int wins = 0;
    for (long epoch = 1; epoch <= epochs; epoch++) {
      Optional<OwnerRecord> read = ownership.read("home");
      barrier.await(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      try {
        ownership.claim("home", owner, "h:1", epoch, read);
        wins++;
      } catch (OwnershipConflictException e) {
        assertEquals(epoch, e.current().orElseThrow().epoch());
      }
      barrier.await(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    return wins;
  }

  @Test
  void shouldNamePathWhenContentIsDamaged() throws Exception {
    CuratorCoordination one = (CuratorCoordination) connect();
    one.virtualServers().create(config("home"));
    one.ownership().claim("home", "a", "h:1", 1, Optional.empty());
    String path = root + "/virtual-servers/home/owner";
    List<CoordinationException> failures = new CopyOnWriteArrayList<>();
    List<Optional<OwnerRecord>> owners = new CopyOnWriteArrayList<>();
    one.ownership().watch("home", listener(owners, failures));
    Await.until("first report", () -> owners.size() == 1);
    one.curator().setData().forPath(path, "format=1\nowner=a\n".getBytes(StandardCharsets.UTF_8));
    CoordinationException e =
        assertThrows(CoordinationException.class, () -> one.ownership().read("home"));
    assertTrue(e.getMessage().contains(path), e.getMessage());
    assertTrue(e.getMessage().contains("epoch"), e.getMessage());
    assertThrows(
        CoordinationException.class,
        () -> one.ownership().claim("home", "a", "h:1", 2, Optional.empty()));
    Await.until("report of the failure", () -> !failures.isEmpty());
  }

  @Test
  void shouldStoreWhatAnOperatorCanRead() throws Exception {
    CuratorCoordination one = (CuratorCoordination) connect();
    one.membership().join(member("a"));
    assertEquals(
        """
        format=1
        name=a
        host=127.0.0.1
        port=7000
        capabilities=direct,lane:3
        software-version=0.1.0
        protocol=1-1
        levels=1-2
        load=0
        """,
        new String(one.curator().getData().forPath(root + "/members/a"), StandardCharsets.UTF_8));
  }

  @Test
  void shouldFailToConnectWhenNothingServes() throws Exception {
    int port = FreePort.check(EmbeddedZooKeeper.DEFAULT_HOST, EmbeddedZooKeeper.ANY_PORT);
    ZooKeeperConfig config =
        new ZooKeeperConfig("127.0.0.1:" + port, root, SESSION_MILLIS, CONNECTION_MILLIS);
    CoordinationUnavailableException e =
        assertThrows(
            CoordinationUnavailableException.class, () -> CuratorCoordination.connect(config));
    assertTrue(e.getMessage().contains("127.0.0.1:" + port), e.getMessage());
  }

  private long nodeOf(CuratorCoordination session, String name) throws Exception {
    var stat = session.curator().checkExists().forPath(root + "/members/" + name);
    return stat == null ? 0 : stat.getCzxid();
  }

  private static <T> ChangeListener<T> listener(
      List<T> states, List<CoordinationException> failures) {
    return new ChangeListener<>() {
      @Override
      public void changed(T state) {
        states.add(state);
      }

      @Override
      public void failed(CoordinationException failure) {
        failures.add(failure);
      }
    };
  }

  @Test
  void shouldLeaveNoThreadWhenSessionCloses() throws Exception {
    Coordination one = connect();
    one.membership().watch(listener(new CopyOnWriteArrayList<List<MemberInfo>>(), List.of()));
    one.close();
    Await.until(
        "threads of the session have ended",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("leat-coordination")));
  }
}
