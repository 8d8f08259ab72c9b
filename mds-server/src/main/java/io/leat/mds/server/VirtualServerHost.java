package io.leat.mds.server;

import io.leat.coordination.Coordination;
import io.leat.coordination.OwnerRecord;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.core.Inbound;
import io.leat.mds.core.Peer;
import io.leat.mds.core.Settings;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.mds.server.Term.Disconnect;
import io.leat.mds.server.Term.Execute;
import io.leat.mds.server.Term.Synced;
import io.leat.mds.server.Term.Unlocked;
import io.leat.mds.server.Term.Work;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.volume.LockFiles;
import io.leat.volume.Volume;
import io.leat.volume.Volumes;
import io.leat.wire.proto.VolumeDescription;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one virtual server on this MDS: its storage, its queue and the thread that is its loop.
 *
 * <p>A term that fails (a journal that cannot be written, a newer owner) is followed by an attempt
 * to begin another under a new epoch; connections are closed in between, so that clients take their
 * sessions up again and resend what was not answered.
 */
final class VirtualServerHost implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(VirtualServerHost.class);

  /** How often the lock files of sessions that are over are looked at. */
  private static final long FENCES_MILLIS = 500;

  /** Pause before a failed term is followed by another, doubled up to the maximum. */
  private static final long RESTART_MILLIS_MIN = 100;

  private static final long RESTART_MILLIS_MAX = 10_000;

  /** Lanes of a new metadata area: as many MDSs may own the virtual server in turn. */
  private static final int LANES = 4;

  /** This MDS's lane; each has its own once several share an area. */
  private static final int LANE = 0;

  private final MdsConfig config;
  private final VirtualServerStorage storage;
  private final Coordination coordination;
  private final UnaryOperator<MetadataArea> areas;
  private final TimeSource time = TimeSource.system();
  private final TermLoop work;
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Consumer<VirtualServerHost> termEnded;
  private final Thread loop;

  private MetadataArea area;
  private CheckpointStore checkpoints;
  private Image image;
  private Volume volume;
  private TermStart start;

  /** Null for direct volumes, which clients flush themselves. */
  private VolumeSync volumeSync;

  /** Null where there are no lock files beside the volume. */
  private FenceWatch fenceWatch;

  private String address;
  private volatile long epoch;
  private volatile boolean closed;

  /**
   * @param areas given the metadata area as it was opened, returns the one to use
   * @param termEnded told when connections of this virtual server have to be closed
   */
  VirtualServerHost(
      MdsConfig config,
      VirtualServerStorage storage,
      Coordination coordination,
      UnaryOperator<MetadataArea> areas,
      Consumer<VirtualServerHost> termEnded) {
    this.config = config;
    this.storage = storage;
    this.coordination = coordination;
    this.areas = areas;
    this.termEnded = termEnded;
    this.work = new TermLoop(time, config.virtualServers().size() == 1);
    this.loop = new Thread(this::runTerms, "leat-vs-" + storage.name());
  }

  /** Opens the storage, becomes owner and serves; returns when requests are answered. */
  void start(String serviceAddress) throws IOException {
    address = serviceAddress;
    openStorage();
    loop.start();
    try {
      started.join();
    } catch (java.util.concurrent.CompletionException e) {
      close();
      throw new IOException(
          "Virtual server %s cannot start: %s".formatted(storage.name(), e.getCause().getMessage()),
          e.getCause());
    }
  }

  String name() {
    return storage.name();
  }

  /** The epoch of the present term; 0 while there is none. */
  long epoch() {
    return epoch;
  }

  /** Puts a request into the queue; {@link #attend} or {@link #wake} has to follow. */
  void submit(Inbound inbound) throws LeatException {
    if (!work.offer(new Execute(inbound))) {
      throw new LeatException(
          ErrorCode.OVERLOADED, "Virtual server " + storage.name() + " has too many requests");
    }
  }

  /** Sees to it that what was submitted is run, here if that is quicker. */
  void attend() {
    work.attend();
  }

  /** Whether a query has to be submitted, because a snapshot may be behind what was answered. */
  boolean unsettled() {
    return work.unsettled();
  }

  /** Lets the loop's thread run what was submitted. */
  void wake() {
    work.wake();
  }

  /** Tells the loop that a connection is gone; waits for room, because it must not be lost. */
  void disconnected(Peer peer) {
    try {
      while (!closed && !work.offerAndWake(new Disconnect(peer))) {
        LOG.debug("{}: the queue is full", storage.name());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The last committed state; the caller closes it. */
  ImageSnapshot snapshot() {
    return image.snapshot();
  }

  /** A reader of epoch blocks for one thread, to check that {@code ofEpoch} is still the newest. */
  EpochBlocks epochBlocks(long ofEpoch) throws IOException {
    return EpochBlocks.following(area, LANE, ofEpoch);
  }

  // ---- storage --------------------------------------------------------------------------------

  private void openStorage() throws IOException {
    try {
      volume = openVolume();
      volumeSync = storage.direct() ? null : VolumeSync.open(storage.volume());
      area = areas.apply(openArea(storage.metadata()));
      checkpoints = new CheckpointStore(area);
      image = ImageStore.open(storage.image(), storage.imageBytes());
      start = termStart();
      fenceWatch = fenceWatch();
    } catch (IOException | RuntimeException e) {
      closeStorage();
      throw e;
    }
  }

  private Volume openVolume() throws IOException {
    UUID uuid = Volumes.identify(storage.volume(), storage.direct()).uuid();
    return Volumes.open(storage.volume(), uuid, storage.direct(), true);
  }

  /** A device is not on a file system of its own, where a lock would say something. */
  private FenceWatch fenceWatch() throws IOException {
    if (!Files.isRegularFile(storage.volume())) {
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

  private TermStart termStart() throws IOException {
    return new TermStart(
        storage.name(),
        config.name(),
        area,
        LANE,
        image,
        checkpoints,
        new TermStart.Checkpoints(config.checkpointJournalBytes(), true),
        HostBoot.id(),
        volume,
        System.getProperty("user.name"),
        config.superuserGroup().isEmpty() ? "supergroup" : config.superuserGroup(),
        time);
  }

  private FileMetadataArea openArea(Path directory) throws IOException {
    if (Files.notExists(directory) || isEmpty(directory)) {
      Files.createDirectories(directory);
      FileMetadataArea.create(directory, AreaIdentity.of(UUID.randomUUID(), storage.name(), LANES));
    }
    return FileMetadataArea.open(directory, storage.name());
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  // ---- terms ----------------------------------------------------------------------------------

  private void runTerms() {
    long pauseMillis = RESTART_MILLIS_MIN;
    while (!closed) {
      try (Term term = activate()) {
        started.complete(null);
        pauseMillis = RESTART_MILLIS_MIN;
        serve(term);
      } catch (IOException | RuntimeException e) {
        if (!started.isDone()) {
          started.completeExceptionally(e);
          return;
        }
        LOG.error(
            "{}: the term of epoch {} has ended; beginning another in {} ms",
            storage.name(),
            epoch,
            pauseMillis,
            e);
      } catch (Error e) {
        closed = true;
        started.completeExceptionally(e);
        LOG.error("{}: the loop has failed for good; restart the server", storage.name(), e);
      }
      epoch = 0;
      termEnded.accept(this);
      work.clear();
      pause(pauseMillis);
      pauseMillis = Math.min(2 * pauseMillis, RESTART_MILLIS_MAX);
    }
  }

  private Term activate() throws IOException {
    Optional<OwnerRecord> owner = coordination.ownership().read(storage.name());
    long highest = Math.max(owner.map(OwnerRecord::epoch).orElse(0L), highestEpoch());
    long next = highest + 1;
    coordination.ownership().claim(storage.name(), config.name(), address, next, owner);
    Term term = start.begin(settings(next));
    epoch = next;
    LOG.info("{}: serving under epoch {}", storage.name(), next);
    return term;
  }

  private long highestEpoch() throws IOException {
    return new EpochBlocks(area).highest();
  }

  private Settings settings(long ofEpoch) {
    VolumeDescription description =
        VolumeDescription.newBuilder()
            .setId(0)
            .setName(storage.volumeName())
            .setUuid(Genesis.bytes(volume.uuid()))
            .setBlocks(volume.blocks())
            .setDirect(storage.direct())
            .setPath(storage.volume().toAbsolutePath().toString())
            .setLockFiles(fenceWatch != null)
            .build();
    return new Settings(
        storage.name(),
        config.name(),
        address,
        ofEpoch,
        config.leaseMillis(),
        config.replySlots(),
        config.inlineBytesMax(),
        List.of(description));
  }

  private void serve(Term term) throws IOException {
    if (volumeSync != null) {
      volumeSync.restart();
    }
    Thread syncs = background("leat-sync-", () -> syncVolume(term));
    Thread fences = background("leat-fences-", () -> watchFences(term));
    try {
      work.serve(term);
    } finally {
      term.end();
      join(syncs);
      join(fences);
    }
    term.settle();
    if (volumeSync != null && volumeSync.sync(term.commits())) {
      term.run(new ArrayList<>(List.of(new Synced(term.commits()))), true);
    }
    term.finish();
  }

  private Thread background(String prefix, Runnable task) {
    Thread thread = new Thread(task, prefix + storage.name());
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Flushes a buffered volume now and then, and tells the loop how far (D1). */
  private void syncVolume(Term term) {
    try {
      while (volumeSync != null && !term.awaitEnd(config.volumeSyncMillis())) {
        long commits = term.commits();
        try {
          if (volumeSync.sync(commits)) {
            tell(term, new Synced(commits));
          }
        } catch (IOException e) {
          LOG.error("{}: volume {} cannot be flushed", storage.name(), storage.volume(), e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells the loop which sessions that are over hold no lock file any more. */
  private void watchFences(Term term) {
    try {
      while (fenceWatch != null && !term.awaitEnd(FENCES_MILLIS)) {
        for (long session : fenceWatch.unlocked(term.fences())) {
          tell(term, new Unlocked(session));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for room in the queue, but not when the loop takes nothing out of it any more. */
  private void tell(Term term, Work news) throws InterruptedException {
    while (!term.hasEnded() && !work.offerAndWake(news)) {
      LOG.debug("{}: the queue is full", storage.name());
    }
  }

  private static void join(Thread thread) throws IOException {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + thread.getName() + " ended", e);
    }
  }

  private void pause(long millis) {
    try {
      if (stop.await(millis, TimeUnit.MILLISECONDS)) {
        LOG.debug("{}: stopping", storage.name());
      }
    } catch (InterruptedException e) {
      LOG.error("The loop of virtual server {} was interrupted and ends", storage.name(), e);
      closed = true;
    }
  }

  // ---- end ------------------------------------------------------------------------------------

  @Override
  public void close() throws IOException {
    closed = true;
    work.stop();
    stop.countDown();
    join(loop);
    closeStorage();
  }

  private void closeStorage() throws IOException {
    try (Closeable first = image;
        Closeable second = area;
        Closeable third = volumeSync;
        Closeable fourth = volume) {
      LOG.debug("closing {}, {}, {} and {}", first, second, third, fourth);
    }
  }
}
