package io.leat.mds.server;

import io.leat.mds.operation.Replies;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.Channel;
import io.leat.wire.ChannelListener;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.ServerDescription;
import io.leat.wire.proto.VirtualServerDescription;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/** What connections share: the virtual servers of this MDS and who callers are. Any thread. */
final class MdsService {

  private final String name;
  private final CallerResolver callers;
  private final Supplier<ServerDescription> description;
  private final Map<String, VirtualServerHost> hosts = new ConcurrentSkipListMap<>();
  private final OnlineChecks checks = new OnlineChecks();
  private final Handovers handovers = new Handovers(hosts.values());
  private final Set<ServiceConnection> connections = ConcurrentHashMap.newKeySet();

  /**
   * @param description of the process, without its virtual servers
   */
  MdsService(String name, CallerResolver callers, Supplier<ServerDescription> description) {
    this.name = name;
    this.callers = callers;
    this.description = description;
  }

  void add(VirtualServerHost host) {
    hosts.put(host.name(), host);
  }

  ChannelListener connected(Channel channel) {
    ServiceConnection connection = new ServiceConnection(channel, this);
    connections.add(connection);
    return connection;
  }

  void closed(ServiceConnection connection) {
    connections.remove(connection);
  }

  /** Closes the connections that have used a virtual server, because its term has ended. */
  void ended(VirtualServerHost host) {
    for (ServiceConnection connection : connections) {
      if (connection.hasUsed(host)) {
        connection.close("virtual server " + host.name() + " changes its term");
      }
    }
  }

  String name() {
    return name;
  }

  /** Null when this MDS does not know it. */
  VirtualServerHost host(String virtualServer) {
    return hosts.get(virtualServer);
  }

  Set<String> virtualServers() {
    return new TreeMap<>(hosts).keySet();
  }

  OnlineChecks checks() {
    return checks;
  }

  Handovers handovers() {
    return handovers;
  }

  CallerResolver callers() {
    return callers;
  }

  /** Answers a question to the process itself. */
  Reply answer(Request request) {
    if (!request.hasDescribeServer()) {
      return Replies.error(
          new LeatException(
              ErrorCode.INVALID_ARGUMENT, "The request names no virtual server and needs one"));
    }
    ServerDescription.Builder answer = description.get().toBuilder();
    hosts.values().forEach(host -> answer.addVirtualServers(describe(host, answer)));
    return Reply.newBuilder().setServer(answer).build();
  }

  private VirtualServerDescription.Builder describe(
      VirtualServerHost host, ServerDescription.Builder server) {
    VirtualServerDescription.Builder described =
        VirtualServerDescription.newBuilder()
            .setName(host.name())
            .setState(host.state().name())
            .addAllCandidates(host.candidates());
    return host.otherOwner()
        .map(
            other ->
                described
                    .setOwner(other.owner())
                    .setAddress(other.address())
                    .setEpoch(other.epoch()))
        .orElseGet(
            () -> described.setOwner(name).setAddress(server.getAddress()).setEpoch(host.epoch()));
  }
}
