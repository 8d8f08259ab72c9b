package io.leat.mds.core;

import io.leat.mds.namespace.SyncedBytes;
import io.leat.wire.proto.VolumeDescription;
import java.util.List;
import java.util.Objects;

/**
 * What a virtual server is told for one term of ownership.
 *
 * @param name the virtual server's
 * @param owner the MDS that owns it
 * @param address where clients reach the owner
 * @param epoch of this term
 * @param leaseMillis client lease
 * @param replySlots per client session
 * @param inlineBytesMax clients publish files of at most so many bytes inline; 0: none
 * @param volumes what clients need to reach the bytes
 */
public record Settings(
    String name,
    String owner,
    String address,
    long epoch,
    int leaseMillis,
    int replySlots,
    int inlineBytesMax,
    List<VolumeDescription> volumes) {

  /** What is remembered of paths may be used for this part of a lease. */
  private static final int REMEMBER_SHARE = 10;

  public Settings {
    Objects.requireNonNull(name);
    Objects.requireNonNull(owner);
    Objects.requireNonNull(address);
    volumes = List.copyOf(volumes);
  }

  /**
   * Bytes for which a commit may bring a flush proof; 0 where hosts share a volume: there bytes are
   * on the device before a commit names them (D1).
   */
  int flushProofBytesMax() {
    return hostsShareVolumes() ? 0 : SyncedBytes.PROOF_BYTES_MAX;
  }

  /** Whether clients may be on other hosts than this one, and outlive it. */
  public boolean hostsShareVolumes() {
    return volumes.stream().anyMatch(VolumeDescription::getDirect);
  }

  /** How long after a renewal clients may use what they remember of paths. */
  int rememberMillis() {
    return rememberMillis(leaseMillis);
  }

  /** As the other, for those whose lease is this. */
  static int rememberMillis(int ofLeaseMillis) {
    return ofLeaseMillis / REMEMBER_SHARE;
  }
}
