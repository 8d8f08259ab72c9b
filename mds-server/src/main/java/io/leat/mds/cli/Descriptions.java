package io.leat.mds.cli;

import io.leat.model.TokenSet;
import io.leat.wire.proto.CandidateDescription;
import io.leat.wire.proto.Explanation;
import io.leat.wire.proto.Holder;
import io.leat.wire.proto.MemberDescription;
import io.leat.wire.proto.MetadataDeviceDescription;
import io.leat.wire.proto.ServerDescription;
import io.leat.wire.proto.SessionDescription;
import io.leat.wire.proto.Usage;
import io.leat.wire.proto.VirtualServerDescription;
import io.leat.wire.proto.VolumeDescription;
import io.leat.wire.proto.WaitingRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What servers say about themselves, as maps to print. */
final class Descriptions {

  private Descriptions() {}

  static Map<String, Object> server(ServerDescription server) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("mds", server.getMds());
    map.put("software", server.getSoftware());
    map.put("address", server.getAddress());
    map.put("uptimeMillis", server.getUptimeMillis());
    map.put("bytesReceived", server.getBytesReceived());
    map.put("bytesSent", server.getBytesSent());
    map.put("members", server.getMembersList().stream().map(Descriptions::member).toList());
    map.put(
        "virtualServers",
        server.getVirtualServersList().stream().map(Descriptions::virtualServer).toList());
    return map;
  }

  private static Map<String, Object> member(MemberDescription member) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("mds", member.getMds());
    map.put("address", member.getAddress());
    map.put("software", member.getSoftware());
    map.put("levelMin", member.getLevelMin());
    map.put("levelMax", member.getLevelMax());
    return map;
  }

  static Map<String, Object> virtualServer(VirtualServerDescription described) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", described.getName());
    map.put("state", described.getState());
    map.put("phase", described.getPhase());
    map.put("level", described.getLevel());
    map.put("silentSessions", described.getSilentSessions());
    map.put("owner", described.getOwner());
    map.put("address", described.getAddress());
    map.put("epoch", described.getEpoch());
    map.put("batch", described.getBatch());
    map.put("operations", described.getOperations());
    map.put("unsyncedCommits", described.getUnsyncedCommits());
    map.put("sessions", described.getSessions());
    map.put("openFiles", described.getOpenFiles());
    map.put("grants", described.getGrants());
    map.put("serviceBytes", described.getServiceBytes());
    map.put("usage", usage(described.getUsage()));
    map.put("order", List.copyOf(described.getOrderList()));
    map.put(
        "candidates", described.getCandidatesList().stream().map(Descriptions::candidate).toList());
    map.put(
        "metadataDevices",
        described.getMetadataDevicesList().stream().map(Descriptions::metadataDevice).toList());
    map.put("volumes", described.getVolumesList().stream().map(Descriptions::volume).toList());
    return map;
  }

  private static Map<String, Object> candidate(CandidateDescription candidate) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("mds", candidate.getMds());
    map.put("state", candidate.getState());
    map.put("batch", candidate.getBatch());
    return map;
  }

  private static Map<String, Object> metadataDevice(MetadataDeviceDescription device) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", device.getName());
    map.put("inSync", device.getInSync());
    map.put("problem", device.getProblem());
    return map;
  }

  private static Map<String, Object> usage(Usage usage) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("capacityBytes", usage.getCapacityBytes());
    map.put("usedBytes", usage.getUsedBytes());
    map.put("freeBytes", usage.getFreeBytes());
    map.put("files", usage.getFiles());
    return map;
  }

  private static Map<String, Object> volume(VolumeDescription volume) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", volume.getId());
    map.put("name", volume.getName());
    map.put("blocks", volume.getBlocks());
    map.put("direct", volume.getDirect());
    map.put("path", volume.getPath());
    return map;
  }

  static Map<String, Object> explanation(
      String virtualServer, String path, Explanation explanation) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("virtualServer", virtualServer);
    map.put("path", path);
    map.put("fileId", explanation.getStatus().getFileId());
    map.put("state", explanation.getState());
    map.put("flushing", explanation.getFlushing());
    map.put("silentSessions", explanation.getSilentSessions());
    map.put("silentMillis", explanation.getSilentMillis());
    map.put("waitingTotal", explanation.getWaitingTotal());
    map.put("waiting", explanation.getWaitingList().stream().map(Descriptions::waiting).toList());
    map.put("holdersTotal", explanation.getHoldersTotal());
    map.put("holders", explanation.getHoldersList().stream().map(Descriptions::holder).toList());
    return map;
  }

  private static Map<String, Object> waiting(WaitingRequest waiting) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("session", waiting.getSession());
    map.put("host", waiting.getHost());
    map.put("process", waiting.getProcess());
    map.put("user", waiting.getUser());
    map.put("request", waiting.getRequest());
    map.put("wanted", TokenSet.known(waiting.getWanted()).toString());
    map.put("waitedMillis", waiting.getWaitedMillis());
    map.put("patienceMillis", waiting.getPatienceMillis());
    return map;
  }

  private static Map<String, Object> holder(Holder holder) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("session", holder.getSession());
    map.put("host", holder.getHost());
    map.put("process", holder.getProcess());
    map.put("tokens", TokenSet.known(holder.getTokens()).toString());
    map.put("asked", TokenSet.known(holder.getAsked()).toString());
    map.put("writes", holder.getWrites());
    map.put("connected", holder.getConnected());
    map.put("expelled", holder.getExpelled());
    map.put("leaseRemainingMillis", holder.getLeaseRemainingMillis());
    return map;
  }

  static Map<String, Object> session(String virtualServer, SessionDescription session) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("virtualServer", virtualServer);
    map.put("session", session.getSession());
    map.put("host", session.getHost());
    map.put("process", session.getProcess());
    map.put("address", session.getAddress());
    map.put("openFiles", session.getOpenFiles());
    map.put("writeLeases", session.getWriteLeases());
    map.put("leaseRemainingMillis", session.getLeaseRemainingMillis());
    map.put("heldBytes", session.getHeldBytes());
    map.put("fence", session.getFence());
    map.put("state", session.getState());
    map.put("endedEpoch", session.getEndedEpoch());
    map.put("waitsFor", session.getWaitsFor());
    return map;
  }
}
