package io.leat.mds.sim;

import io.leat.client.engine.Environment.Link;
import io.leat.client.engine.Environment.LinkListener;
import io.leat.mds.core.Peer;
import io.leat.wire.proto.Envelope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections between clients and servers. Messages of one direction keep their order and take
 * random time; a cut loses what is on the way, and both ends hear of it after a while.
 */
final class Network {

  /** How long until an end hears that the connection is gone, in message delays. */
  private static final int NOTICE_DELAYS = 10;

  /** One message in so many, and all behind it, takes up to a quarter of a lease. */
  private static final int STUCK_ONE_IN = 100;

  /** A planted delay takes up to this part of a lease. */
  private static final int OVERTAKEN_LEASE_PARTS = 8;

  /** One connection in so many on which messages to the client were stuck breaks behind them. */
  private static final int STUCK_AND_CUT_ONE_IN = 2;

  /** How long a client that knows other servers waits for a process that stands still. */
  private static final int ATTEMPT_MILLIS = 1_000;

  /** One end in so many takes it for alive for up to a lease. */
  private static final int LATE_NOTICES_ONE_IN = 4;

  private final World world;
  private final SimServers servers;
  private final List<Connection> connections = new ArrayList<>();

  Network(World world, SimServers servers) {
    this.world = world;
    this.servers = servers;
  }

  /** Where clients find servers. */
  List<String> addresses() {
    return servers.addresses();
  }

  private long delay() {
    boolean begun = world.time.now() > world.profile.leaseMillis(); // the shared directory is there
    boolean stuck = begun && world.random.nextInt(STUCK_ONE_IN) == 0;
    return world.random.nextInt(
        stuck ? world.profile.leaseMillis() / 4 : world.profile.delayMillis() + 1);
  }

  /** Connects a client; without a server that listens, or a path to it, it is refused. */
  void connect(SimProcess process, String address, LinkListener listener) {
    SimServer server = servers.at(address);
    world.time.schedule(
        1 + delay(),
        () -> {
          if (server.isUp() && server.asleep() && world.profile.servers() > 1) {
            world.time.schedule(
                ATTEMPT_MILLIS,
                () -> process.run(() -> listener.onFailed(new IOException("no answer"))));
          } else if (server.isUp() && !process.partitioned()) {
            Connection connection = new Connection(process, listener, server);
            connections.add(connection);
            process.run(() -> listener.onOpen(connection.link));
          } else {
            process.run(() -> listener.onFailed(new IOException("connection refused")));
          }
        });
  }

  /** Cuts one connection, if there is any. */
  boolean cutOne() {
    List<Connection> whole = connections.stream().filter(c -> !c.cut).toList();
    if (whole.isEmpty()) {
      return false;
    }
    whole.get(world.random.nextInt(whole.size())).cut();
    return true;
  }

  /** Cuts what a client has. */
  void cutAll(SimProcess process) {
    List.copyOf(connections).stream().filter(c -> c.process == process).forEach(Connection::cut);
  }

  /** Cuts what leads to a server: it is gone. */
  void cutAll(SimServer server) {
    List.copyOf(connections).stream().filter(c -> c.server == server).forEach(Connection::cut);
  }

  /** A process died; what it has sent still arrives. */
  void died(SimProcess process) {
    List.copyOf(connections).stream()
        .filter(c -> c.process == process)
        .forEach(Connection::closeByClient);
  }

  /** One connection; {@code link} is the client's end, {@code peer} the server's. */
  private final class Connection {
    private final SimProcess process;
    private final LinkListener listener;
    private final SimServer server;
    private final long incarnation;
    private final Link link = new ClientEnd();
    private final Peer peer = new ServerEnd();
    private long lastToServer;
    private long lastToClient;
    private long lostAfter = Long.MAX_VALUE;
    private boolean cut;
    private boolean clientClosed;
    private boolean serverClosed;

    Connection(SimProcess process, LinkListener listener, SimServer server) {
      this.process = process;
      this.listener = listener;
      this.server = server;
      this.incarnation = server.incarnation();
    }

    void toServer(Runnable arrival) {
      lastToServer = Math.max(lastToServer, world.time.now() + delay());
      world.time.schedule(
          lastToServer - world.time.now(),
          () -> {
            if (!cut && server.incarnation() == incarnation && world.time.now() <= lostAfter) {
              arrival.run();
            }
          });
    }

    void toClient(Runnable arrival) {
      long delay = delay();
      boolean stuck = delay > world.profile.delayMillis();
      lastToClient = Math.max(lastToClient, world.time.now() + delay);
      if (stuck && world.random.nextInt(STUCK_AND_CUT_ONE_IN) == 0) {
        world.time.schedule(lastToClient + 1 - world.time.now(), this::cutUnnoticed);
      }
      world.time.schedule(
          lastToClient - world.time.now(),
          () -> {
            if (!cut) {
              process.run(
                  () -> {
                    if (!clientClosed) {
                      arrival.run();
                    }
                  });
            }
          });
    }

    void cut() {
      cut(notice());
    }

    /** The client takes the connection for alive for up to a lease. */
    private void cutUnnoticed() {
      cut(lateNotice());
    }

    private void cut(long clientNotice) {
      if (cut) {
        return;
      }
      cut = true;
      connections.remove(this);
      world.time.schedule(notice(), this::serverHears);
      world.time.schedule(
          clientNotice, () -> process.run(() -> clientHears("the connection was lost")));
    }

    private long notice() {
      return world.random.nextInt(LATE_NOTICES_ONE_IN) == 0
          ? lateNotice()
          : world.random.nextInt(NOTICE_DELAYS * world.profile.delayMillis());
    }

    private long lateNotice() {
      return world.random.nextInt(world.profile.leaseMillis());
    }

    private void serverHears() {
      if (!serverClosed && server.incarnation() == incarnation) {
        serverClosed = true;
        server.disconnected(peer);
      }
    }

    private void clientHears(String reason) {
      if (!clientClosed) {
        clientClosed = true;
        listener.onClosed(reason);
      }
    }

    void closeByClient() {
      clientClosed = true;
      connections.remove(this);
      // Who works on in the next process takes what he asked for in this one for done, or not done.
      lostAfter = world.time.now() + world.profile.delayMillis();
      world.time.schedule(
          Math.max(lastToServer - world.time.now(), 0) + delay(), this::serverHears);
    }

    /** What the client holds. */
    private final class ClientEnd implements Link {
      @Override
      public void send(Envelope message) {
        process.run(
            () -> {
              process.sends(message);
              toServer(
                  () -> {
                    if (!serverClosed) {
                      server.receive(peer, message);
                    }
                  });
              world
                  .plant
                  .flatMap(plant -> plant.answeredAtOnce(message))
                  .ifPresent(answer -> process.schedule(0, () -> listener.onMessage(answer)));
            });
      }

      @Override
      public void close(String reason) {
        closeByClient();
      }
    }

    /** What the server holds. */
    private final class ServerEnd implements Peer {
      @Override
      public void send(Envelope message) {
        if (!serverClosed) {
          Met.in(message, world::met);
          Plants.Passed passed =
              world.plant.map(plant -> plant.toClient(message)).orElse(Plants.Passed.as(message));
          passed.forth().ifPresent(this::pass);
          passed.back().ifPresent(answer -> toServer(() -> server.receive(this, answer)));
        }
      }

      private void pass(Envelope message) {
        Runnable arrival =
            () -> {
              process.receives(message);
              listener.onMessage(message);
            };
        if (world.plant.filter(plant -> plant.isOvertaken(message)).isPresent()) {
          int late = world.profile.leaseMillis() / OVERTAKEN_LEASE_PARTS;
          world.time.schedule(world.random.nextInt(late), () -> toClient(arrival));
        } else {
          toClient(arrival);
        }
      }

      @Override
      public void close(String reason) {
        toClient(() -> clientHears(reason));
        connections.remove(Connection.this);
        world.time.schedule(0, Connection.this::serverHears);
      }

      @Override
      public String address() {
        return process.toString();
      }
    }
  }
}
