package io.leat.mds.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.leat.client.engine.ClientEngine;
import io.leat.client.engine.EngineConfig;
import io.leat.client.engine.Environment;
import io.leat.client.engine.Messages;
import io.leat.client.engine.WriteGrant;
import io.leat.mds.namespace.PathName;
import io.leat.mds.namespace.Resolution;
import io.leat.model.BlockRange;
import io.leat.model.Extent;
import io.leat.wire.ExtentMessages;
import io.leat.wire.proto.Allocate;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.Create;
import io.leat.wire.proto.Delete;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Rename;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A few client engines and a virtual server in one thread on virtual time, from a seed: messages
 * are late, some come twice, connections break, the server restarts. Each client works on names of
 * its own, one request after the other, so that a map says what must be there.
 */
final class CellSimTest {

  private static final int CLIENTS = 3;
  private static final int STEPS = 120;
  private static final int SEEDS = 40;
  private static final int DELAY_MILLIS_MAX = 30;

  private record Timer(long at, long number, Runnable task) {}

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          (a, b) ->
              a.at() != b.at()
                  ? Long.compare(a.at(), b.at())
                  : Long.compare(a.number(), b.number()));
  private CoreHarness server;
  private Random random;
  private long numbers;
  private List<Wire> wires;
  private Throwable failure;

  /** One connection: in order, late, and gone when it breaks. */
  private final class Wire implements Environment.Link, Peer {
    private final Environment.LinkListener client;
    private boolean broken;
    private long toServer;
    private long toClient;

    Wire(Environment.LinkListener client) {
      this.client = client;
    }

    @Override
    public void send(Envelope message) {
      if (message.hasRequest()) {
        toServer = deliver(toServer, () -> arrive(message));
      } else {
        toClient = deliver(toClient, () -> client.onMessage(message));
      }
    }

    private void arrive(Envelope message) {
      server.execute(this, message, CoreHarness.caller("root"));
      if (message.getRequest().getSequence() != 0 && random.nextInt(10) == 0) {
        server.execute(this, message, CoreHarness.caller("root"));
      }
    }

    private long deliver(long after, Runnable task) {
      long at = Math.max(after, server.monotonicMillis + random.nextInt(DELAY_MILLIS_MAX));
      at(
          at,
          () -> {
            if (!broken) {
              task.run();
            }
          });
      return at;
    }

    /** What is under way is lost. */
    void lose() {
      if (!broken) {
        broken = true;
        wires.remove(this);
        at(server.monotonicMillis, () -> client.onClosed("lost"));
        server.core.disconnected(this);
      }
    }

    @Override
    public void close(String reason) {
      lose();
    }

    @Override
    public String address() {
      return "sim";
    }
  }

  /** What one engine sees of the world. */
  private final class World implements Environment {

    @Override
    public long monotonicMillis() {
      return server.monotonicMillis;
    }

    @Override
    public long wallMillis() {
      return server.wallMillis;
    }

    @Override
    public void schedule(long delayMillis, Runnable task) {
      at(server.monotonicMillis + delayMillis, task);
    }

    @Override
    public void drained(long session) {
      // no process, no lock file
    }

    @Override
    public void connect(String address, LinkListener listener) {
      at(
          server.monotonicMillis + 1,
          () -> {
            Wire wire = new Wire(listener);
            wires.add(wire);
            listener.onOpen(wire);
          });
    }
  }

  /** A client and what it believes of its files. */
  private final class Actor {
    private final ClientEngine engine;
    private final String home;
    private final Map<String, Long> sizes = new TreeMap<>();
    private int left = STEPS;

    Actor(int number) {
      byte[] id = ByteBuffer.allocate(16).putInt(number).array();
      home = "/c" + number + "-";
      engine =
          new ClientEngine(
              new EngineConfig(
                  "vs", List.of("s:1"), ByteString.copyFrom(id), "h", "p", 60_000, 600_000, 4, 1),
              new World());
    }

    void start() {
      CompletableFuture<Void> unused = engine.start().thenRun(this::step);
    }

    private void step() {
      if (left-- > 0) {
        CompletableFuture<?> unused = act().whenComplete((result, failure) -> next(failure));
      }
    }

    private void next(Throwable failed) {
      if (failed != null) {
        failure = failed;
        return;
      }
      at(server.monotonicMillis + 1, this::step);
    }

    private String name() {
      return home + random.nextInt(4);
    }

    private CompletableFuture<?> act() {
      String path = name();
      return switch (random.nextInt(6)) {
        case 0 -> remove(path);
        case 1 -> move(path, name());
        case 2 -> read(path);
        default -> write(path, 1 + random.nextInt(20_000));
      };
    }

    private CompletableFuture<?> remove(String path) {
      boolean existed = sizes.remove(path) != null;
      return once(Request.newBuilder().setDelete(Delete.newBuilder().setPath(path)))
          .thenAccept(reply -> assertEquals(existed, reply.getDeleted().getExisted()));
    }

    private CompletableFuture<?> move(String from, String to) {
      if (!sizes.containsKey(from) || from.equals(to)) {
        return CompletableFuture.completedFuture(null);
      }
      sizes.put(to, sizes.remove(from));
      return once(
          Request.newBuilder()
              .setRename(
                  Rename.newBuilder().setSource(from).setDestination(to).setOverwrite(true)));
    }

    private CompletableFuture<?> read(String path) {
      if (!sizes.containsKey(path)) {
        return CompletableFuture.completedFuture(null);
      }
      return engine
          .open("root", path)
          .thenAccept(
              file -> {
                assertEquals(sizes.get(path), file.state().attributes().size());
                engine.close(file);
              });
    }

    private CompletableFuture<?> write(String path, long bytes) {
      long stream = engine.newStream();
      sizes.put(path, bytes);
      Create.Builder create =
          Create.newBuilder()
              .setPath(path)
              .setMode(0644)
              .setOverwrite(true)
              .setBlockSize(1 << 20)
              .setReplication(1)
              .setStream(stream);
      return engine
          .create("root", create)
          .thenCompose(
              granted ->
                  once(Request.newBuilder()
                          .setAllocate(
                              Allocate.newBuilder()
                                  .setFileId(granted.file().id())
                                  .setStream(stream)
                                  .setBlocks(Extent.blocksFor(bytes) + 2)))
                      .thenCompose(space -> commit(granted, space, bytes)));
    }

    private CompletableFuture<?> commit(WriteGrant granted, Reply space, long bytes) {
      Commit.Builder commit =
          Commit.newBuilder()
              .setFileId(granted.file().id())
              .setStream(granted.stream())
              .setSize(bytes)
              .setClose(true);
      long at = 0;
      for (BlockRange range : Messages.ranges(space.getAllocated().getRangesList())) {
        long length = Math.min(bytes - at, range.count() * Extent.BLOCK_BYTES);
        if (length > 0) {
          commit.addExtents(ExtentMessages.message(Extent.written(at, 0, range.block(), length)));
          at += length;
        }
      }
      return engine.commit(granted, commit);
    }

    private CompletableFuture<Reply> once(Request.Builder request) {
      return engine.callOnce("root", request);
    }
  }

  private void at(long millis, Runnable task) {
    timers.add(new Timer(millis, numbers++, task));
  }

  private void runUntil(long end) {
    while (timers.peek().at() <= end) {
      Timer timer = timers.remove();
      server.pass(Math.max(0, timer.at() - server.monotonicMillis));
      timer.task().run();
    }
    server.pass(end - server.monotonicMillis);
  }

  @Test
  void shouldKeepNamesSizesAndSpaceThroughLossAndRestarts() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        run(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private void run(long seed) {
    server = new CoreHarness();
    random = new Random(seed);
    wires = new ArrayList<>();
    timers.clear();
    List<Actor> actors = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      actors.add(new Actor(i));
    }
    actors.forEach(Actor::start);
    for (int round = 0; round < 3_000 && actors.stream().anyMatch(a -> a.left >= 0); round++) {
      runUntil(server.monotonicMillis + 100);
      server.tick();
      disturb();
      if (failure != null) {
        throw new AssertionError("a request failed: " + failure, failure);
      }
    }
    actors.forEach(actor -> assertTrue(actor.left < 0, "stuck with " + actor.left + " to do"));
    runUntil(server.monotonicMillis + 1_000);
    server.settle();
    actors.forEach(this::requireShadow);
    long used =
        actors.stream().flatMap(a -> a.sizes.values().stream()).mapToLong(Extent::blocksFor).sum();
    assertEquals(used, server.audit().count("file"), "every lease, pin and deleted file is gone");
    assertEquals(CoreHarness.BLOCKS - 1 - used, server.audit().count("free"));
  }

  private void disturb() {
    if (random.nextInt(5) == 0 && !wires.isEmpty()) {
      wires.get(random.nextInt(wires.size())).lose();
    }
    if (random.nextInt(40) == 0) {
      List.copyOf(wires).forEach(Wire::lose);
      server.restart();
    }
    server.audit();
  }

  private void requireShadow(Actor actor) {
    Map<String, Long> found = new TreeMap<>();
    for (int i = 0; i < 4; i++) {
      String path = actor.home + i;
      server.read(
          namespace -> {
            try {
              Resolution at = namespace.resolve(PathName.parse(path), CoreHarness.caller("root"));
              if (at.isComplete()) {
                found.put(path, at.deepest().inode().getSize());
              }
              return null;
            } catch (io.leat.model.LeatException e) {
              throw new AssertionError(e);
            }
          });
    }
    assertEquals(actor.sizes, found);
  }
}
