package io.leat.mds.server;

import io.leat.coordination.AlreadyExistsException;
import io.leat.coordination.ConflictException;
import io.leat.coordination.VirtualServerConfig;
import io.leat.coordination.VirtualServers;
import io.leat.mds.config.ConfigKey;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.ForeignAreaException;
import io.leat.mds.journal.LaneHolder;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtual server's entry in its cell. It names the metadata area, so that a server whose path
 * leads elsewhere does not begin a second namespace on the same volume.
 */
final class Registration {

  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

  /** Lanes of a new metadata area: as many MDSs may own the virtual server in turn. */
  private static final int LANES = 4;

  /** As many servers may start at once. */
  private static final int ATTEMPTS_MAX = VirtualServerConfig.MAX_CANDIDATES;

  private final VirtualServers virtualServers;
  private final VirtualServerStorage storage;
  private final Optional<LaneHolder> holder;

  /**
   * @param holder for whom lanes are acquired in an area that hosts share
   */
  Registration(
      VirtualServers virtualServers, VirtualServerStorage storage, Optional<LaneHolder> holder) {
    this.virtualServers = virtualServers;
    this.storage = storage;
    this.holder = holder;
  }

  /**
   * Opens the metadata area; makes it where the cell does not know the virtual server yet.
   *
   * @throws IOException also when it is not the one that the cell knows
   */
  MetadataArea openArea() throws IOException {
    Optional<String> known = virtualServers.read(storage.name()).map(VirtualServerConfig::pointer);
    MetadataArea area =
        known.isEmpty()
            ? storage
                .metadata()
                .openOrCreate(AreaIdentity.of(UUID.randomUUID(), storage.name(), LANES), holder)
            : open(known.get());
    try {
      requireSame(area, known.flatMap(MetadataPointer::parse));
      return area;
    } catch (IOException e) {
      area.close();
      throw e;
    }
  }

  private MetadataArea open(String known) throws IOException {
    try {
      return storage.metadata().open(storage.name(), holder);
    } catch (ForeignAreaException e) {
      throw new IOException(
          "the metadata of virtual server %s stands in %s, but: %s; mount it here, or correct %s"
              .formatted(
                  storage.name(), known, e.getMessage(), ConfigKey.VS_METADATA.of(storage.name())),
          e);
    }
  }

  private void requireSame(MetadataArea area, Optional<MetadataPointer> known) throws IOException {
    UUID found = area.identity().uuid();
    if (known.isPresent() && !known.get().area().equals(found)) {
      throw new IOException(
          "the metadata of virtual server %s stands in %s, and %s is area %s; correct %s"
              .formatted(
                  storage.name(),
                  known.get().text(),
                  storage.metadata(),
                  found,
                  ConfigKey.VS_METADATA.of(storage.name())));
    }
  }

  /**
   * Makes a volume that of a virtual server: two namespaces on one would give its blocks out twice.
   *
   * @param path for the message
   * @throws LeatException when it is another one's
   */
  static void reserve(VirtualServers virtualServers, UUID volume, Path path, String name)
      throws IOException {
    String holder = virtualServers.reserveVolume(volume.toString(), name);
    if (!holder.equals(name)) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "the volume %s is that of virtual server %s, not of %s; choose another"
              .formatted(path, holder, name));
    }
  }

  /** Makes the virtual server known to the cell, and an MDS one of its candidates. */
  void register(MetadataArea area, String candidate) throws IOException {
    for (int attempts = 1; ; attempts++) {
      try {
        attempt(area, candidate);
        return;
      } catch (ConflictException | AlreadyExistsException e) {
        if (attempts == ATTEMPTS_MAX) {
          throw e;
        }
        LOG.info("{}: another server has registered meanwhile: {}", storage.name(), e.getMessage());
      }
    }
  }

  private void attempt(MetadataArea area, String candidate) throws IOException {
    String pointer = new MetadataPointer(area.identity().uuid(), storage.metadata()).text();
    Optional<VirtualServerConfig> known = virtualServers.read(storage.name());
    if (known.isEmpty()) {
      virtualServers.create(
          new VirtualServerConfig(
              storage.name(), List.of(candidate), pointer, VirtualServerConfig.NEW));
      LOG.info("virtual server {} is registered in the cell", storage.name());
      return;
    }
    Optional<MetadataPointer> parsed = MetadataPointer.parse(known.get().pointer());
    requireSame(area, parsed);
    VirtualServerConfig wanted =
        parsed.isPresent() ? known.get() : known.get().withPointer(pointer);
    if (!wanted.candidates().contains(candidate)) {
      wanted = wanted.withCandidate(candidate);
      LOG.info("{} is a candidate for virtual server {} now", candidate, storage.name());
    }
    if (!wanted.equals(known.get())) {
      VirtualServerConfig unused = virtualServers.update(wanted);
    }
  }
}
