package io.leat.mds.server;

import io.leat.coordination.MemberInfo;
import io.leat.coordination.OwnerRecord;
import io.leat.coordination.VirtualServerConfig;
import io.leat.mds.journal.DeviceState;
import io.leat.mds.operation.Replies;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.Channel;
import io.leat.wire.ChannelListener;
import io.leat.wire.proto.MemberDescription;
import io.leat.wire.proto.MetadataDeviceDescription;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.ServerDescription;
import io.leat.wire.proto.VirtualServerDescription;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private volatile Roster roster;
  private volatile Administration administration;
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

  /** Not served here any more; {@link #ended} has been told, or will be. */
  void remove(VirtualServerHost host) {
    hosts.remove(host.name(), host);
  }

  Collection<VirtualServerHost> hosts() {
    return hosts.values();
  }

  /** Where clients reach this server. */
  String address() {
    return description.get().getAddress();
  }

  /** What the cell has beside the own hosts; before anybody connects. */
  void setCell(Roster cellsRoster, Administration cellsAdministration) {
    roster = cellsRoster;
    administration = cellsAdministration;
  }

  Administration administration() {
    return administration;
  }

  /** Whether a virtual server without a host here may be about to have one. */
  boolean isAwaited(String virtualServer) {
    return roster.isAwaited(virtualServer);
  }

  /** Whether a virtual server was taken out of service. */
  boolean isStopped(String virtualServer) {
    return roster.isStopped(virtualServer);
  }

  /** The owner of a virtual server without a host here. */
  Optional<OwnerRecord> elsewhere(String virtualServer) {
    return roster.elsewhere(virtualServer);
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
    Map<String, VirtualServerConfig> known = new TreeMap<>();
    roster.known().forEach(one -> known.put(one.name(), one));
    hosts.values().forEach(host -> answer.addVirtualServers(describe(host, answer, known)));
    known.values().forEach(other -> answer.addVirtualServers(describe(other)));
    for (MemberInfo member : roster.members()) {
      answer.addMembers(
          MemberDescription.newBuilder()
              .setMds(member.name())
              .setAddress(member.address())
              .setSoftware(member.softwareVersion())
              .setLevelMin(member.levels().min())
              .setLevelMax(member.levels().max()));
    }
    return Reply.newBuilder().setServer(answer).build();
  }

  private VirtualServerDescription.Builder describe(VirtualServerConfig other) {
    VirtualServerDescription.Builder described =
        VirtualServerDescription.newBuilder()
            .setName(other.name())
            .setState(other.started() ? "ELSEWHERE" : "STOPPED")
            .addAllOrder(other.candidates());
    elsewhere(other.name())
        .filter(owner -> other.started())
        .ifPresent(
            owner ->
                described
                    .setOwner(owner.owner())
                    .setAddress(owner.address())
                    .setEpoch(owner.epoch()));
    return described;
  }

  private static String phase(VirtualServerHost host) {
    return host.recovering()
        .map(RecoveryPhase::name)
        .orElse(host.awaitsLane() ? MetadataServer.AWAITS_LANE : "");
  }

  /** Takes the virtual server out of {@code known}. */
  private VirtualServerDescription.Builder describe(
      VirtualServerHost host,
      ServerDescription.Builder server,
      Map<String, VirtualServerConfig> known) {
    VirtualServerDescription.Builder described =
        VirtualServerDescription.newBuilder()
            .setName(host.name())
            .setState(host.state().name())
            .setLevel(host.level())
            .setPhase(phase(host))
            .addAllCandidates(host.candidates());
    // Others than the owner do not hear at once what has become of a device.
    for (DeviceState device : host.epoch() == 0 ? List.<DeviceState>of() : host.devices()) {
      described.addMetadataDevices(
          MetadataDeviceDescription.newBuilder()
              .setName(device.name())
              .setInSync(device.inSync())
              .setProblem(device.problem()));
    }
    Optional.ofNullable(known.remove(host.name()))
        .ifPresent(entry -> described.addAllOrder(entry.candidates()));
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
