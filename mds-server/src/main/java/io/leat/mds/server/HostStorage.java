package io.leat.mds.server;

import io.leat.coordination.Coordination;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.config.ConfigKey;
import io.leat.mds.image.Image;
import io.leat.mds.journal.CountedArea;
import io.leat.mds.journal.LaneHolder;
import io.leat.mds.journal.Lanes;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.volume.LockFiles;
import io.leat.volume.Volume;
import io.leat.volume.Volumes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one virtual server stands on, as this process has opened it: its volume, its metadata area
 * with the own lane in it, its image. Opened and closed by one thread; then any thread.
 */
final class HostStorage implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(HostStorage.class);

  /** How long it may take until nobody reads the image any more. */
  private static final long IDLE_MILLIS_MAX = 30_000;

  private static final long IDLE_POLL_MILLIS = 20;

  /** No lane has this number. */
  private static final int NO_LANE = -1;

  private final MdsConfig config;
  private final VirtualServerStorage storage;
  private final Coordination coordination;
  private final TimeSource time;

  /** Another number is another one that was opened; not drawn alike by copies of a machine. */
  private final long incarnation = new SecureRandom().nextLong();

  private Volume volume;

  /** Null for direct volumes, which clients flush themselves. */
  private VolumeSync volumeSync;

  private Image image;

  /** Null where hosts do not share the metadata area, as the holder. */
  private HostHome home;

  private LaneHolder holder;
  private CountedArea area;
  private volatile int lane = NO_LANE;
  private int level;
  private CheckpointStore checkpoints;

  /** Null where there are no lock files beside the volume. */
  private FenceWatch fenceWatch;

  private HostStorage(
      MdsConfig config, VirtualServerStorage storage, Coordination coordination, TimeSource time) {
    this.config = config;
    this.storage = storage;
    this.coordination = coordination;
    this.time = time;
  }

  /**
   * Opens everything, and makes this MDS a candidate in the cell. Where hosts share the area, its
   * lane has to be acquired then.
   *
   * @param areas given the metadata area as it was opened, returns the one to use
   */
  static HostStorage open(
      MdsConfig config,
      VirtualServerStorage storage,
      Coordination coordination,
      UnaryOperator<MetadataArea> areas,
      TimeSource time)
      throws IOException {
    HostStorage opened = new HostStorage(config, storage, coordination, time);
    try {
      opened.open(areas);
      return opened;
    } catch (IOException | RuntimeException e) {
      try (opened) {
        throw e;
      }
    }
  }

  private void open(UnaryOperator<MetadataArea> areas) throws IOException {
    volume = openVolume();
    volumeSync = storage.direct() ? null : VolumeSync.open(storage.volume());
    holder = isShared() ? laneHolder() : null;
    Registration registration =
        new Registration(coordination.virtualServers(), storage, Optional.ofNullable(holder));
    MetadataArea found = registration.openArea();
    area = new CountedArea(areas.apply(found));
    requireFit();
    if (!isShared()) {
      acquireLane();
    }
    requireDefined(found);
    Registration.reserve(
        coordination.virtualServers(), volume.uuid(), storage.volume(), storage.name());
    registration.register(found, config.name());
    checkpoints = new CheckpointStore(area);
    image = ImageStore.open(storage.image(), storage.imageBytes());
    fenceWatch = fenceWatch();
  }

  /** Whether hosts share the metadata area. */
  private boolean isShared() {
    return storage.metadata().device();
  }

  /**
   * Acquires the own lane.
   *
   * @throws io.leat.mds.journal.LaneNotDrainedException when it has to wait; ask again then
   */
  void acquireLane() throws IOException {
    if (lane == NO_LANE) {
      lane = Lanes.acquire(area, config.name(), isShared() ? this::reserve : Lanes.Register.NONE);
    }
  }

  private boolean reserve(int wanted) throws IOException {
    return coordination
        .virtualServers()
        .reserveLane(area.identity().uuid().toString(), wanted, holder.name())
        .equals(holder.name());
  }

  private LaneHolder laneHolder() throws IOException {
    home =
        HostHome.open(
            config
                .home()
                .resolve("virtual-servers")
                .resolve(storage.name())
                .resolve("home-of-" + config.name()));
    return new LaneHolder(
        config.name(), home.id(), incarnation, () -> time.now().monotonicMillis());
  }

  /** What hosts share they share past their page caches. */
  private void requireFit() throws IOException {
    if (isShared() && !storage.direct()) {
      throw new IOException(
          "the metadata of virtual server %s stands on %s, which hosts share, and its volume is read and written through this host's page cache; set %s to true"
              .formatted(storage.name(), area, ConfigKey.VS_VOLUME_DIRECT.of(storage.name())));
    }
    if (storage.imageBytes() > area.imageBytesMax()) {
      throw new IOException(
          "the image of virtual server %s may grow to %d bytes, and checkpoints on %s have room for %d; lower %s"
              .formatted(
                  storage.name(),
                  storage.imageBytes(),
                  area,
                  area.imageBytesMax(),
                  ConfigKey.VS_IMAGE_SIZE.of(storage.name())));
    }
  }

  /**
   * What the area says is the virtual server's volume is what has been found, and its level is
   * known here.
   */
  private void requireDefined(MetadataArea found) throws IOException {
    if (found.configurations().isEmpty() && !isShared()) {
      int newest = Levels.newestOf(coordination.membership().members());
      found.configure(VirtualServerDefinition.of(storage, newest, volume.uuid()).encode());
    }
    VirtualServerDefinition definition = VirtualServerDefinition.read(found);
    Levels.requireKnown(storage.name(), definition.level());
    level = definition.level();
    UUID defined = definition.volume();
    if (!defined.equals(volume.uuid())) {
      throw new IOException(
          "Volume %s is not the one of virtual server %s: %s has UUID %s instead of %s; configure the right path"
              .formatted(volume.name(), storage.name(), storage.volume(), volume.uuid(), defined));
    }
  }

  private Volume openVolume() throws IOException {
    UUID uuid = Volumes.identify(storage.volume(), storage.direct()).uuid();
    return Volumes.open(storage.volume(), uuid, storage.direct(), true);
  }

  /**
   * A device is not on a file system of its own, where a lock would say something; and what it says
   * on one host another does not hear.
   */
  private FenceWatch fenceWatch() throws IOException {
    if (isShared() || !Files.isRegularFile(storage.volume())) {
      return null;
    }
    LockFiles files = LockFiles.beside(storage.volume());
    try {
      files.makeDirectory();
      files.sweep(storage.name());
    } catch (IOException e) {
      LOG.warn(
          "{}: the directory of lock files beside volume {} is not as it should be; clients that can make none are kept from writing late by time alone",
          storage.name(),
          storage.volume(),
          e);
    }
    return new FenceWatch(storage.name(), files);
  }

  CountedArea area() {
    return area;
  }

  /** The own lane, once it is acquired. */
  int lane() {
    return lane;
  }

  /** Another number is another one that was opened. */
  long incarnation() {
    return incarnation;
  }

  /** Of what stands on it, as it was found. */
  int level() {
    return level;
  }

  CheckpointStore checkpoints() {
    return checkpoints;
  }

  Image image() {
    return image;
  }

  Volume volume() {
    return volume;
  }

  /** Null for direct volumes, which clients flush themselves. */
  VolumeSync volumeSync() {
    return volumeSync;
  }

  /** Null where there are no lock files beside the volume. */
  FenceWatch fences() {
    return fenceWatch;
  }

  /** Queries and checks may still be reading it. */
  private void closeImage() throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS_MAX);
    boolean open = image != null;
    while (open) {
      try {
        image.close();
        open = false;
      } catch (IllegalStateException e) {
        if (System.nanoTime() > end) {
          throw new IOException(image + " is still being read", e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(IDLE_POLL_MILLIS));
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (Closeable fifth = home;
        Closeable fourth = this::closeImage;
        Closeable third = area;
        Closeable second = volumeSync;
        Closeable first = volume) {
      LOG.debug("closing {}, {}, {}, {}, {}", first, second, third, fourth, fifth);
    }
  }
}
