package io.leat.mds.cli;

import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.Channel;
import io.leat.wire.ChannelListener;
import io.leat.wire.WireClient;
import io.leat.wire.WireProtocol;
import io.leat.wire.proto.CheckResult;
import io.leat.wire.proto.CheckVirtualServer;
import io.leat.wire.proto.CreateVirtualServer;
import io.leat.wire.proto.DescribeServer;
import io.leat.wire.proto.DescribeVirtualServer;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.ExpelSession;
import io.leat.wire.proto.Explain;
import io.leat.wire.proto.Explanation;
import io.leat.wire.proto.HandOver;
import io.leat.wire.proto.HandedOver;
import io.leat.wire.proto.LaneDescription;
import io.leat.wire.proto.Lanes;
import io.leat.wire.proto.ListSessions;
import io.leat.wire.proto.ReplaceDevice;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.ServerDescription;
import io.leat.wire.proto.SessionExpelled;
import io.leat.wire.proto.Sessions;
import io.leat.wire.proto.SetStarted;
import io.leat.wire.proto.UpgradeVirtualServer;
import io.leat.wire.proto.Upgraded;
import io.leat.wire.proto.VirtualServerDescription;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks one metadata server about itself, one question at a time. For one thread; holds a connection
 * and its thread until closed.
 */
public final class ServerQuery implements Closeable {

  /** How long to wait for a connection, and for each answer. */
  public static final int TIMEOUT_MILLIS = 10_000;

  /** How long to wait for the check of a virtual server: an hour. */
  public static final int CHECK_TIMEOUT_MILLIS = 3_600_000;

  /** How long a volume and a metadata area may take to be made. */
  private static final int CREATE_MILLIS_MAX = 120_000;

  private final String address;
  private final WireClient client = new WireClient();
  private final Answers answers = new Answers();
  private Channel channel;
  private long correlation;

  private ServerQuery(String address) {
    this.address = address;
  }

  /**
   * Connects.
   *
   * @param address {@code host:port}
   */
  public static ServerQuery connect(String address) throws IOException {
    ServerQuery query = new ServerQuery(address);
    try {
      query.open();
      return query;
    } catch (IOException e) {
      query.close();
      throw e;
    }
  }

  private void open() throws IOException {
    int colon = address.lastIndexOf(':');
    if (colon <= 0 || !address.substring(colon + 1).matches("\\d{1,5}")) {
      throw new IOException("'" + address + "' is no address of a server; write host:port");
    }
    channel =
        await(
            client.connect(
                address.substring(0, colon),
                Integer.parseInt(address.substring(colon + 1)),
                WireProtocol.hello(
                    "leat " + Leat.Version.number(),
                    "localhost",
                    "leat command, process " + ProcessHandle.current().pid()),
                answers,
                TIMEOUT_MILLIS),
            TIMEOUT_MILLIS);
  }

  /** The server: its sockets' bytes and its virtual servers. */
  public ServerDescription server() throws IOException {
    return ask("", Request.newBuilder().setDescribeServer(DescribeServer.getDefaultInstance()))
        .getServer();
  }

  /**
   * Its virtual servers: each as it describes itself, if this server owns it; else what the server
   * knows of its owner.
   */
  public List<VirtualServerDescription> virtualServers() throws IOException {
    ServerDescription server = server();
    List<VirtualServerDescription> all = new ArrayList<>();
    for (VirtualServerDescription one : server.getVirtualServersList()) {
      boolean served = one.getOwner().equals(server.getMds()) && one.getEpoch() != 0;
      all.add(served ? served(one) : one);
    }
    return all;
  }

  private VirtualServerDescription served(VirtualServerDescription known) throws IOException {
    try {
      return withCandidates(virtualServer(known.getName()), known);
    } catch (LeatException e) {
      if (e.code() != ErrorCode.NOT_OWNER) {
        throw e;
      }
      return known; // it has been handed over just now
    }
  }

  /** One that this server owns, with what only the server knows of it. */
  VirtualServerDescription owned(String virtualServer) throws IOException {
    return withCandidates(virtualServer(virtualServer), known(virtualServer));
  }

  /** What the state machine does not know, and the server does. */
  private static VirtualServerDescription withCandidates(
      VirtualServerDescription owners, VirtualServerDescription servers) {
    return owners.toBuilder()
        .addAllCandidates(servers.getCandidatesList())
        .addAllOrder(servers.getOrderList())
        .addAllMetadataDevices(servers.getMetadataDevicesList())
        .setLevel(servers.getLevel())
        .build();
  }

  /** What the server knows of one of its virtual servers, whoever owns it. */
  public VirtualServerDescription known(String virtualServer) throws IOException {
    ServerDescription server = server();
    return server.getVirtualServersList().stream()
        .filter(one -> one.getName().equals(virtualServer))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    "metadata server %s at %s has no virtual server %s; it has %s"
                        .formatted(
                            server.getMds(),
                            address,
                            virtualServer,
                            server.getVirtualServersList().stream()
                                .map(VirtualServerDescription::getName)
                                .toList())));
  }

  /** Makes a virtual server of the cell. */
  public void create(CreateVirtualServer wanted) throws IOException {
    Reply unused = ask("", Request.newBuilder().setCreateVirtualServer(wanted), CREATE_MILLIS_MAX);
  }

  /** Lets a virtual server be served, or not. */
  public void setStarted(String virtualServer, boolean started) throws IOException {
    Reply unused =
        ask(
            "",
            Request.newBuilder()
                .setSetStarted(SetStarted.newBuilder().setName(virtualServer).setStarted(started)));
  }

  /** Makes another candidate the owner of a virtual server that this server owns. */
  public HandedOver handOver(String virtualServer, HandOver how) throws IOException {
    return ask(virtualServer, Request.newBuilder().setHandOver(how)).getHandedOver();
  }

  /** One virtual server. */
  public VirtualServerDescription virtualServer(String name) throws IOException {
    return ask(
            name,
            Request.newBuilder()
                .setDescribeVirtualServer(DescribeVirtualServer.getDefaultInstance()))
        .getVirtualServer();
  }

  /** Raises the level of a virtual server to the newest that all members know. */
  Upgraded upgrade(String virtualServer) throws IOException {
    return ask(
            "",
            Request.newBuilder()
                .setUpgradeVirtualServer(UpgradeVirtualServer.newBuilder().setName(virtualServer)))
        .getUpgraded();
  }

  /**
   * Lets an empty directory take the place of a lost metadata device.
   *
   * @return what the directory is on, for people
   */
  String replaceDevice(String virtualServer, String path) throws IOException {
    return ask(
            "",
            Request.newBuilder()
                .setReplaceDevice(ReplaceDevice.newBuilder().setName(virtualServer).setPath(path)),
            CREATE_MILLIS_MAX)
        .getDeviceReplaced()
        .getStandsOn();
  }

  /**
   * Whose the lanes are of a virtual server that this server owns.
   *
   * @param free one that is to be nobody's
   */
  List<LaneDescription> lanes(String virtualServer, OptionalInt free) throws IOException {
    Lanes.Builder wanted = Lanes.newBuilder().setName(virtualServer);
    free.ifPresent(wanted::setFree);
    return ask("", Request.newBuilder().setLanes(wanted)).getLaneList().getLanesList();
  }

  /** The client sessions of one virtual server. */
  public Sessions sessions(String virtualServer) throws IOException {
    return ask(
            virtualServer, Request.newBuilder().setListSessions(ListSessions.getDefaultInstance()))
        .getSessions();
  }

  /** Takes no request of a client session any more. */
  public SessionExpelled expel(String virtualServer, long session) throws IOException {
    return ask(
            virtualServer,
            Request.newBuilder().setExpelSession(ExpelSession.newBuilder().setSession(session)))
        .getSessionExpelled();
  }

  /** Who holds what at a path of a virtual server, and who waits for it. */
  public Explanation explain(String virtualServer, String path) throws IOException {
    return ask(virtualServer, Request.newBuilder().setExplain(Explain.newBuilder().setPath(path)))
        .getExplanation();
  }

  /** Checks a virtual server's consistency while it is served; takes minutes for large ones. */
  public CheckResult check(String virtualServer) throws IOException {
    return ask(
            virtualServer,
            Request.newBuilder().setCheckVirtualServer(CheckVirtualServer.getDefaultInstance()),
            CHECK_TIMEOUT_MILLIS)
        .getCheck();
  }

  /** The only virtual server of the server; fails, and says what to do, where it has others. */
  String onlyVirtualServer() throws IOException {
    List<VirtualServerDescription> all = server().getVirtualServersList();
    if (all.size() != 1) {
      throw new CommandFailure(
          "metadata server %s has %d virtual servers; choose one with --vs NAME"
              .formatted(address, all.size()));
    }
    return all.get(0).getName();
  }

  private Reply ask(String virtualServer, Request.Builder request) throws IOException {
    return ask(virtualServer, request, TIMEOUT_MILLIS);
  }

  private Reply ask(String virtualServer, Request.Builder request, int timeoutMillis)
      throws IOException {
    correlation++;
    CompletableFuture<Reply> answer = answers.expect(correlation);
    channel.send(
        Envelope.newBuilder()
            .setCorrelation(correlation)
            .setVirtualServer(virtualServer)
            .setRequest(request.setUser(System.getProperty("user.name")))
            .build());
    Reply reply = await(answer, timeoutMillis);
    if (reply.hasError()) {
      throw new LeatException(
          ErrorCode.of(reply.getError().getCode()), reply.getError().getMessage());
    }
    return reply;
  }

  private <T> T await(CompletableFuture<T> future, int timeoutMillis) throws IOException {
    try {
      return future.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(
          "metadata server " + address + ": " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(
          "metadata server %s has not answered in %d ms".formatted(address, timeoutMillis), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking metadata server " + address, e);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  /** Pairs the one question under way with its answer. */
  private static final class Answers implements ChannelListener {
    private long expected;
    private CompletableFuture<Reply> answer = new CompletableFuture<>();
    private String closedBecause;

    synchronized CompletableFuture<Reply> expect(long correlation) {
      expected = correlation;
      answer = new CompletableFuture<>();
      if (closedBecause != null) {
        answer.completeExceptionally(new IOException(closedBecause));
      }
      return answer;
    }

    @Override
    public synchronized void onMessage(Channel channel, Envelope message) {
      // Events are meant for sessions, of which this connection has none.
      if (message.hasReply() && message.getCorrelation() == expected) {
        answer.complete(message.getReply());
      }
    }

    @Override
    public synchronized void onClosed(Channel channel, String reason) {
      closedBecause = reason;
      answer.completeExceptionally(new IOException(reason));
    }
  }
}
