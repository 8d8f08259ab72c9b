package io.leat.mds.sim;

import io.leat.mds.journal.AreaIdentity;
import io.leat.model.Extent;
import java.util.random.RandomGenerator;

/**
 * The shape of one simulation, drawn from its seed.
 *
 * @param clients client processes
 * @param actors users in each, one operation at a time
 * @param direct the volume bypasses page caches
 * @param fenced client processes hold lock files
 * @param volumeBlocks size of the volume
 * @param leaseMillis client lease
 * @param replySlots of each client session
 * @param thinkMillis between two operations of a user at most
 * @param delayMillis of a message at most
 * @param faultMillis between two faults on average; 0 for none
 * @param deviceFaults share of device operations of clients that fail, of each kind
 * @param checkpointBytes of the journal between two checkpoints
 * @param laneSegments of the journal's ring
 * @param inlineBytesMax small files stand in the image
 * @param syncMillis between two flushes of a buffered volume by the server
 * @param sharing of 100 operations of a user, so many are about names that all users share
 * @param millis how long faults and operations go on
 * @param servers metadata servers, 1 to {@link #SERVERS_MAX}
 * @param metadataDevices that the metadata area stands on, 1 or 3
 * @param shared it stands on one that hosts share, as the volume
 */
record Profile(
    int clients,
    int actors,
    boolean direct,
    boolean fenced,
    int volumeBlocks,
    int leaseMillis,
    int replySlots,
    int thinkMillis,
    int delayMillis,
    int faultMillis,
    double deviceFaults,
    long checkpointBytes,
    int laneSegments,
    int inlineBytesMax,
    int syncMillis,
    int sharing,
    long millis,
    int servers,
    int metadataDevices,
    boolean shared) {

  static final int SERVERS_MAX = 3;

  private static final int RESTLESS_FAULT_MILLIS = 250;

  static Profile of(RandomGenerator random) {
    return new Profile(
            2 + random.nextInt(3),
            1 + random.nextInt(3),
            random.nextBoolean(),
            random.nextInt(4) > 0,
            300 + random.nextInt(random.nextBoolean() ? 500 : 3_000),
            1_000 + random.nextInt(3_000),
            1 + random.nextInt(4),
            5 + random.nextInt(random.nextBoolean() ? 50 : 300),
            1 + random.nextInt(10),
            random.nextInt(8) == 0 ? 0 : 200 + random.nextInt(1_500),
            random.nextInt(4) == 0 ? 0 : random.nextDouble() * 0.01,
            (100L + random.nextInt(3_000)) << 10,
            8 + random.nextInt(40),
            random.nextInt(4) == 0
                ? random.nextInt(Extent.INLINE_BYTES_MAX)
                : Extent.INLINE_BYTES_MAX,
            100 + random.nextInt(4_000),
            random.nextInt(2) == 0 ? 70 : 16,
            20_000 + random.nextInt(40_000),
            1 + random.nextInt(SERVERS_MAX),
            random.nextInt(4) == 0 ? AreaIdentity.DEVICES_MAX : 1,
            false)
        .perhapsShared(random);
  }

  private Profile perhapsShared(RandomGenerator random) {
    return with(servers, faultMillis, direct && metadataDevices == 1 && random.nextInt(3) > 0);
  }

  /** The same with as many servers as there can be, and something that goes wrong all the time. */
  Profile restless() {
    return with(SERVERS_MAX, RESTLESS_FAULT_MILLIS, shared);
  }

  private Profile with(int newServers, int newFaultMillis, boolean newShared) {
    return new Profile(
        clients,
        actors,
        direct,
        fenced,
        volumeBlocks,
        leaseMillis,
        replySlots,
        thinkMillis,
        delayMillis,
        newFaultMillis,
        deviceFaults,
        checkpointBytes,
        laneSegments,
        inlineBytesMax,
        syncMillis,
        sharing,
        millis,
        newServers,
        metadataDevices,
        newShared);
  }

  /** How long a device operation may stay under way after its lease check: the lease's margin. */
  int lateMillis() {
    return leaseMillis / 5;
  }
}
