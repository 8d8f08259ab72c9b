package io.leat.mds.core;

import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.OpenSession;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What clients say that they hold when they take a session up, until they have said all: who holds
 * much says so in several messages, which may come in any order. One thread.
 */
final class Manifests {

  /** What a server has room for. */
  static final int CLAIMS_MAX = 1 << 22;

  private final int claimsMax;
  private final Map<Peer, Manifest> manifests = new HashMap<>();
  private int waiting;

  private static final class Manifest {
    private final long correlation;
    private final Map<Long, Claim> claims = new LinkedHashMap<>();
    private int pages;

    Manifest(long correlation) {
      this.correlation = correlation;
    }
  }

  /**
   * Empty.
   *
   * @param claimsMax of all clients together that may wait for their others
   */
  Manifests(int claimsMax) {
    this.claimsMax = claimsMax;
  }

  /**
   * Takes a page.
   *
   * @return all claims, by file; empty while pages are missing
   * @throws LeatException when too many claims wait already
   */
  Optional<Map<Long, Claim>> add(Peer peer, long correlation, OpenSession page)
      throws LeatException {
    Manifest manifest = manifests.get(peer);
    if (manifest == null || manifest.correlation != correlation) {
      forget(peer);
      manifest = new Manifest(correlation);
    }
    boolean last = manifest.pages + 1 >= page.getPages();
    if (!last && waiting + page.getClaimsCount() > claimsMax) {
      throw new LeatException(
          ErrorCode.OVERLOADED, "Too many clients are saying what they hold; try again");
    }
    manifests.put(peer, manifest);
    manifest.pages++;
    for (Claim claim : page.getClaimsList()) {
      waiting += manifest.claims.put(claim.getFileId(), claim) == null ? 1 : 0;
    }
    return last ? forget(peer) : Optional.empty();
  }

  /** The connection is gone, or all has been said. */
  Optional<Map<Long, Claim>> forget(Peer peer) {
    Manifest manifest = manifests.remove(peer);
    if (manifest == null) {
      return Optional.empty();
    }
    waiting -= manifest.claims.size();
    return Optional.of(manifest.claims);
  }
}
