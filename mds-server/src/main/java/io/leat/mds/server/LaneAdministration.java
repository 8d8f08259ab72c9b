package io.leat.mds.server;

import io.leat.coordination.Coordination;
import io.leat.wire.proto.LaneDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose the lanes of a virtual server are, for its owner, and how one becomes nobody's again whose
 * server is gone for good. Any thread.
 */
final class LaneAdministration {

  private static final Logger LOG = LoggerFactory.getLogger(LaneAdministration.class);

  private final String virtualServer;
  private final String me;
  private final HostStorage parts;
  private final Candidacy candidacy;
  private final Coordination coordination;

  /**
   * @param me name of the metadata server that owns it
   * @param parts with the own lane acquired
   */
  LaneAdministration(
      String virtualServer,
      String me,
      HostStorage parts,
      Candidacy candidacy,
      Coordination coordination) {
    this.virtualServer = virtualServer;
    this.me = me;
    this.parts = parts;
    this.candidacy = candidacy;
    this.coordination = coordination;
  }

  /** All lanes, in their order. */
  List<LaneDescription> describe() throws IOException {
    List<LaneDescription> all = new ArrayList<>();
    for (Optional<String> mds : parts.area().laneOwners()) {
      all.add(describe(all.size(), mds));
    }
    return all;
  }

  private LaneDescription describe(int lane, Optional<String> owner) {
    boolean own = lane == parts.lane();
    Optional<String> alive = own ? Optional.of(me) : candidacy.livesIn(lane);
    String state =
        own ? "OWNER" : alive.isPresent() ? "ALIVE" : owner.isPresent() ? "SILENT" : "FREE";
    return LaneDescription.newBuilder()
        .setMds(alive.or(() -> owner).orElse(""))
        .setState(state)
        .build();
  }

  /**
   * Makes a lane nobody's.
   *
   * @param epoch of the owner's term
   * @throws IOException as {@link io.leat.mds.journal.MetadataArea#freeLane}, and when its server
   *     shows that it lives, or is in the cell and may wait for it; if it fails midway, it is to be
   *     repeated
   */
  void free(int lane, long epoch) throws IOException {
    int lanes = parts.area().identity().lanes();
    if (lane < 0 || lane >= lanes) {
      throw new IOException("%s has lanes 0 to %d".formatted(virtualServer, lanes - 1));
    }
    requireGone(lane);
    if (parts.area().devices().stream().anyMatch(device -> !device.isSound())) {
      throw new IOException("not all metadata devices are in sync; see 'leat status'");
    }
    Optional<String> holder = parts.area().freeLane(lane, parts.lane(), epoch);
    requireGone(lane);
    if (holder.isPresent()) {
      String area = parts.area().identity().uuid().toString();
      coordination.virtualServers().freeLane(area, lane, holder.get());
    }
    LOG.warn("{}: lane {} is nobody's now", virtualServer, lane);
  }

  /** A server of the cell that is seen nowhere may be waiting until it can use its lane. */
  private void requireGone(int lane) throws IOException {
    if (lane == parts.lane() || candidacy.livesIn(lane).isPresent()) {
      throw new IOException("the server of lane %d lives; stop it first".formatted(lane));
    }
    String mds = parts.area().laneOwners().get(lane).orElse("");
    boolean member =
        coordination.membership().members().stream().anyMatch(one -> one.name().equals(mds));
    if (member && !candidacy.lives(mds)) {
      throw new IOException(
          "%s is in the cell, and may be waiting for lane %d; stop it first".formatted(mds, lane));
    }
  }
}
