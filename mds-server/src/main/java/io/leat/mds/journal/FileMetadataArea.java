package io.leat.mds.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.leat.volume.Access;
import io.leat.volume.Device;
import io.leat.volume.Devices;
import io.leat.volume.LockedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A metadata area in a directory of one host.
 *
 * <table>
 * <caption>Files, all with mode 0600</caption>
 * <tr><th>name</th><th>what</th><th>opened</th></tr>
 * <tr><td>identity</td><td>{@link AreaIdentity} as text</td><td></td></tr>
 * <tr><td>epochs</td><td>{@link EpochBlocks}</td><td>through the page cache</td></tr>
 * <tr><td>mailboxes</td><td>{@link Mailboxes}</td><td>through the page cache</td></tr>
 * <tr><td>configuration</td><td>what the virtual server consists of, as text; opaque here</td><td></td></tr>
 * <tr><td>area-lock</td><td>empty; locked by who makes the area, changes what stands in it, or looks
 *     at its identity with a lane</td><td></td></tr>
 * <tr><td>lane-LL-segment-NNNN</td><td>{@link SegmentHeader}, then batches</td><td>O_DIRECT and
 *     O_DSYNC, or O_DSYNC where there is no O_DIRECT</td></tr>
 * <tr><td>lane-LL-checkpoint-a, -b</td><td>a checkpoint each; as long as the longest so far
 *     </td><td>as segments, but flushed instead of O_DSYNC</td></tr>
 * <tr><td>lane-LL-early</td><td>{@link EarlyLog}</td><td>through the page cache</td></tr>
 * <tr><td>lane-LL-lock</td><td>empty; locked by the lane's writer, and freed by the kernel when it
 *     dies, after its I/O has ended</td><td></td></tr>
 * <tr><td>*.new</td><td>a file that is being made</td><td></td></tr>
 * </table>
 *
 * The epochs are read at every batch and written almost never; through the page cache a read takes
 * a tenth of the time, and is right because all users are on this host. The journal's files are
 * written through with zeros when they are made, so that a flush has no block to allocate.
 */
public final class FileMetadataArea implements MetadataArea {

  private static final Logger LOG = LoggerFactory.getLogger(FileMetadataArea.class);

  private static final String EPOCHS = "epochs";
  private static final String MAILBOXES = "mailboxes";
  private static final String CONFIGURATION = "configuration";

  /** Longest configuration, bytes. */
  private static final int CONFIGURATION_BYTES_MAX = 1 << 20;

  private static final String LOCK = "area-lock";

  /** How long a lane's lock is tried. */
  private static final long LANE_LOCK_MILLIS_MAX = 30;

  /** How long the area may be busy with a change, for who only looks at it. */
  private static final long AREA_LOCK_MILLIS_MAX = 1_000;

  /** How long, for who makes or changes it. */
  private static final long MAKE_LOCK_MILLIS_MAX = 30_000;

  private static final long LOCK_PAUSE_MILLIS = 10;

  /** What may stand in a directory where an area is being made. */
  private static final Set<String> BEFORE_IDENTITY =
      Set.of(
          LOCK,
          EPOCHS,
          EPOCHS + Devices.UNFINISHED,
          MAILBOXES,
          MAILBOXES + Devices.UNFINISHED,
          CONFIGURATION,
          CONFIGURATION + Devices.UNFINISHED,
          IdentityText.NAME + Devices.UNFINISHED,
          "lost+found");

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path directory;

  /** Of the directory that was opened: another file system may be mounted over it. */
  private final Object key;

  private volatile AreaIdentity identity;
  private final Device epochs;
  private final Device mailboxes;
  private final Map<Integer, LockedFile> laneLocks = new ConcurrentHashMap<>();
  private final AtomicBoolean toldOfNoDirectAccess = new AtomicBoolean();

  private FileMetadataArea(Path directory, AreaIdentity identity) throws IOException {
    this.directory = directory;
    this.key = key(directory);
    this.identity = identity;
    this.epochs = openBlocks(directory.resolve(EPOCHS), EpochBlocks.BYTES);
    try {
      this.mailboxes = openBlocks(directory.resolve(MAILBOXES), Mailboxes.BYTES);
    } catch (IOException e) {
      JournalWriter.closeAfter(e, epochs);
      throw e;
    }
  }

  private static Object key(Path directory) throws IOException {
    return Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
  }

  /** What is opened by its path is of this area; after it was opened. */
  private void requireSameDirectory() throws IOException {
    try {
      if (!Objects.equals(key(directory), key)) {
        throw new ForeignAreaException(this + " is another directory than the one that was opened");
      }
    } catch (NoSuchFileException e) {
      throw new ForeignAreaException(this + " is not there any more");
    }
  }

  private static Device openBlocks(Path path, int bytes) throws IOException {
    Device device = Devices.open(path, Access.BUFFERED);
    if (device.size() != bytes) {
      device.close();
      throw new ForeignAreaException(
          "%s has %d bytes instead of %d".formatted(path, device.size(), bytes));
    }
    return device;
  }

  /**
   * Opens an area, and makes it first where the directory is missing or empty, or another attempt
   * was cut short. Of several that do so at once one makes it.
   *
   * @param identity of the area that is made; of one that is there, the virtual server's name alone
   *     counts
   */
  public static FileMetadataArea openOrCreate(Path directory, AreaIdentity identity)
      throws IOException {
    Files.createDirectories(directory);
    exclusively(
        directory,
        MAKE_LOCK_MILLIS_MAX,
        () -> {
          if (isUnmade(directory)) {
            create(directory, identity);
          }
        });
    return open(directory, identity.virtualServer());
  }

  /**
   * Does something while no other process, and nobody else in this one, does so. Who does not
   * return from it keeps the others out.
   */
  private static void exclusively(Path directory, long millisMax, Making task) throws IOException {
    try (LockedFile lock = hold(directory.toRealPath().resolve(LOCK), millisMax)) {
      LOG.debug("{} for {}", lock, directory);
      task.run();
    }
  }

  /**
   * Locks a file. Others may look just now whether it is free, for which they lock it for a moment.
   *
   * @throws LaneInUseException when it has not been free for so long
   */
  private static LockedFile hold(Path file, long millisMax) throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
    while (true) {
      Optional<LockedFile> held = LockedFile.tryLock(file);
      if (held.isPresent()) {
        return held.get();
      }
      if (System.nanoTime() - end > 0) {
        throw new LaneInUseException(
            "%s is held by %s, which may be stopped or hang; end it first"
                .formatted(file, LockedFile.holder(file)));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOCK_PAUSE_MILLIS));
    }
  }

  /** Makes files. */
  @FunctionalInterface
  private interface Making {
    void run() throws IOException;
  }

  private static boolean isUnmade(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.allMatch(file -> BEFORE_IDENTITY.contains(file.getFileName().toString()));
    }
  }

  /**
   * Makes an area in an existing directory, durably. The identity comes last, so what a crash
   * leaves is no area, and this may be called again.
   *
   * @throws FileAlreadyExistsException when there is an area, or parts of one
   */
  public static void create(Path directory, AreaIdentity identity) throws IOException {
    if (Files.exists(directory.resolve(IdentityText.NAME)) || hasSegments(directory)) {
      throw new FileAlreadyExistsException(
          directory.toString(), null, "there is a metadata area already, or parts of one");
    }
    Files.deleteIfExists(directory.resolve(EPOCHS));
    Files.deleteIfExists(directory.resolve(CONFIGURATION)); // of an attempt for another area
    Devices.createFile(directory.resolve(EPOCHS), EpochBlocks.BYTES, true, OWNER_ONLY);
    makeMailboxes(directory);
    writeIdentity(directory, identity);
  }

  private static void writeIdentity(Path directory, AreaIdentity identity) throws IOException {
    Devices.replaceFile(
        directory.resolve(IdentityText.NAME),
        IdentityText.encode(identity).getBytes(UTF_8),
        OWNER_ONLY);
  }

  /**
   * Makes sure that {@link #createReplacement} would find what it needs.
   *
   * @throws FileSystemException as that
   */
  static void requireBlank(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(
          directory + " is no directory: make it on the new device first");
    }
    if (!isUnmade(directory)) {
      throw new FileAlreadyExistsException(
          directory.toString(), null, "it is not empty, as a new device has to be");
    }
  }

  /**
   * Makes what is to take the place of a lost device of an area, durably, in an empty directory.
   * The identity comes last, so what a crash leaves is none of the area's devices, and this may be
   * called again.
   *
   * @param epochs {@link EpochBlocks#BYTES}
   * @throws FileSystemException when it is no directory, or not an empty one
   */
  static void createReplacement(
      Path directory, AreaIdentity identity, ByteBuffer epochs, String configuration)
      throws IOException {
    requireBlank(directory);
    exclusively(
        directory,
        MAKE_LOCK_MILLIS_MAX,
        () -> {
          requireBlank(directory);
          byte[] blocks = new byte[epochs.remaining()];
          epochs.duplicate().get(blocks);
          Devices.replaceFile(directory.resolve(EPOCHS), blocks, OWNER_ONLY);
          makeMailboxes(directory);
          Devices.replaceFile(
              directory.resolve(CONFIGURATION), configuration.getBytes(UTF_8), OWNER_ONLY);
          writeIdentity(directory, identity);
        });
  }

  private static boolean hasSegments(Path directory) throws IOException {
    try (var names = Files.newDirectoryStream(directory, "lane-*-{segment,checkpoint}-*")) {
      return names.iterator().hasNext();
    }
  }

  /**
   * Opens the area of a virtual server.
   *
   * @throws ForeignAreaException when the directory is no area, or another virtual server's
   */
  public static FileMetadataArea open(Path directory, String virtualServer) throws IOException {
    AreaIdentity identity = IdentityText.read(directory);
    identity.requireOf(virtualServer, directory);
    if (Files.notExists(directory.resolve(MAILBOXES))) {
      exclusively( // of an area from before there were any
          directory, MAKE_LOCK_MILLIS_MAX, () -> makeMailboxes(directory));
    }
    return new FileMetadataArea(directory, identity);
  }

  private static void makeMailboxes(Path directory) throws IOException {
    Path path = directory.resolve(MAILBOXES);
    if (Files.notExists(path)) {
      make(path, Mailboxes.BYTES);
    }
  }

  @Override
  public AreaIdentity identity() {
    return identity;
  }

  @Override
  public void identify(AreaIdentity now) throws IOException {
    exclusively(
        directory,
        AREA_LOCK_MILLIS_MAX,
        () -> {
          requireUnchanged();
          try {
            writeIdentity(directory, now);
          } catch (IOException e) {
            JournalWriter.closeAfter(e, () -> identity = IdentityText.read(directory));
            throw e;
          }
          identity = now;
        });
  }

  /** While a change is under way, which may come to nothing or be carried out late, it fails. */
  private void requireUnchangedExclusively() throws IOException {
    try {
      exclusively(directory, AREA_LOCK_MILLIS_MAX, this::requireUnchanged);
    } catch (LaneInUseException e) {
      throw new ForeignAreaException("%s is being changed: %s".formatted(this, e.getMessage()));
    }
  }

  /** What stands here is what was opened. */
  private void requireUnchanged() throws IOException {
    requireSameDirectory();
    if (!IdentityText.read(directory).equals(identity)) {
      throw new ForeignAreaException(this + " has changed since it was opened; open it again");
    }
  }

  @Override
  public List<Device> epochs() {
    return List.of(epochs);
  }

  @Override
  public List<Device> mailboxes() {
    return List.of(mailboxes);
  }

  @Override
  public void acquireLane(int lane) throws IOException {
    LockedFile held = hold(laneLock(lane), LANE_LOCK_MILLIS_MAX);
    try {
      requireUnchangedExclusively();
      deleteUnfinished(lane);
    } catch (IOException e) {
      JournalWriter.closeAfter(e, held);
      throw e;
    }
    laneLocks.put(lane, held);
  }

  @Override
  public boolean isLaneFree(int lane) throws IOException {
    requireSameDirectory();
    Path file = laneLock(lane);
    if (Files.notExists(file)) {
      return false;
    }
    Optional<LockedFile> free = LockedFile.tryLock(file);
    if (free.isPresent()) {
      free.get().close();
    }
    return free.isPresent();
  }

  private Path laneLock(int lane) throws IOException {
    return directory.toRealPath().resolve("lane-%02d-lock".formatted(lane));
  }

  private void deleteUnfinished(int lane) throws IOException {
    String pattern = "lane-%02d-segment-*%s".formatted(lane, Devices.UNFINISHED);
    try (var unfinished = Files.newDirectoryStream(directory, pattern)) {
      for (Path file : unfinished) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void releaseLane(int lane) throws IOException {
    LockedFile held = laneLocks.remove(lane);
    if (held != null) {
      held.close();
    }
  }

  @Override
  public List<SegmentSlot> segments(int lane) throws IOException {
    List<SegmentSlot> slots = new ArrayList<>();
    for (int index = 0; index < identity.laneSegmentsMax(); index++) {
      SegmentSlot slot = new SegmentSlot(lane, index);
      if (Files.exists(path(slot))) {
        slots.add(slot);
      }
    }
    requireSameDirectory(); // or nothing of it would mean that nothing was ever written
    return slots;
  }

  @Override
  public void createSegment(SegmentSlot slot) throws IOException {
    requireSameDirectory();
    Path path = path(slot);
    if (Files.exists(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    make(path, identity.segmentBytes());
  }

  /** Makes a file of zeros that is there completely or not at all. */
  private static void make(Path path, int bytes) throws IOException {
    Path unfinished = path.resolveSibling(path.getFileName() + Devices.UNFINISHED);
    Files.deleteIfExists(unfinished);
    Devices.createFile(unfinished, bytes, true, OWNER_ONLY);
    moveInPlace(unfinished, path);
  }

  private static void moveInPlace(Path unfinished, Path path) throws IOException {
    Files.move(unfinished, path, ATOMIC_MOVE);
    syncParent(path);
  }

  /** Makes the entry of a new file in its directory durable. */
  static void syncParent(Path path) throws IOException {
    try (FileChannel parent = FileChannel.open(path.toAbsolutePath().getParent())) {
      parent.force(true);
    }
  }

  @Override
  public Device openToRead(SegmentSlot slot) throws IOException {
    return open(slot, Access.DIRECT.asReadOnly(), Access.BUFFERED.asReadOnly());
  }

  @Override
  public Device openToWrite(SegmentSlot slot) throws IOException {
    return open(slot, Access.DIRECT.asWriteThrough(), Access.BUFFERED.asWriteThrough());
  }

  private Device open(SegmentSlot slot, Access direct, Access buffered) throws IOException {
    Path path = path(slot);
    return requireSize(openDirect(path, direct, buffered), path, identity.segmentBytes());
  }

  private static Device requireSize(Device device, Path path, int bytes) throws IOException {
    if (device.size() != bytes) {
      device.close();
      throw new DamagedJournalException(
          "%s has %d bytes instead of %d".formatted(path, device.size(), bytes));
    }
    return device;
  }

  @Override
  public Optional<Device> openToRead(CheckpointSlot slot) throws IOException {
    Path path = directory.resolve(slot.toString());
    if (Files.exists(path)) {
      return Optional.of(
          openDirect(path, Access.DIRECT.asReadOnly(), Access.BUFFERED.asReadOnly()));
    }
    requireSameDirectory();
    return Optional.empty();
  }

  @Override
  public Device openToWrite(CheckpointSlot slot, long bytes) throws IOException {
    requireSameDirectory();
    Path path = directory.resolve(slot.toString());
    GrowingFile.ensure(path, bytes, OWNER_ONLY);
    return openDirect(path, Access.DIRECT, Access.BUFFERED);
  }

  @Override
  public List<String> configurations() throws IOException {
    Path file = directory.resolve(CONFIGURATION);
    boolean written = Files.exists(file);
    requireSameDirectory();
    if (!written) {
      return List.of();
    }
    if (Files.size(file) > CONFIGURATION_BYTES_MAX) {
      throw new IOException(file + " is longer than " + CONFIGURATION_BYTES_MAX + " bytes");
    }
    return List.of(Files.readString(file));
  }

  @Override
  public void configure(String text) throws IOException {
    exclusively(
        directory,
        MAKE_LOCK_MILLIS_MAX,
        () -> {
          requireSameDirectory();
          Devices.replaceFile(directory.resolve(CONFIGURATION), text.getBytes(UTF_8), OWNER_ONLY);
        });
  }

  @Override
  public boolean hasEarlyLogs() {
    return true;
  }

  @Override
  public Optional<Device> openEarlyToRead(int lane) throws IOException {
    Path path = early(lane);
    if (Files.exists(path)) {
      return Optional.of(openEarly(path, Access.BUFFERED.asReadOnly()));
    }
    requireSameDirectory();
    return Optional.empty();
  }

  @Override
  public Device openEarlyToWrite(int lane) throws IOException {
    Path path = early(lane);
    if (!Files.exists(path)) {
      make(path, EarlyLog.BYTES);
    }
    return openEarly(path, Access.BUFFERED);
  }

  private Path early(int lane) {
    return directory.resolve("lane-%02d-early".formatted(lane));
  }

  private Device openEarly(Path path, Access access) throws IOException {
    return requireSize(ofThis(Devices.open(path, access)), path, EarlyLog.BYTES);
  }

  private Device openDirect(Path path, Access direct, Access buffered) throws IOException {
    try {
      Device device = ofThis(Devices.open(path, direct));
      if (device.alignment() <= JournalFormat.BLOCK) {
        return device;
      }
      device.close();
      tellOfNoDirectAccess("it would need blocks of %d bytes".formatted(device.alignment()));
    } catch (NoSuchFileException e) {
      requireSameDirectory();
      throw e;
    } catch (AccessDeniedException e) {
      throw e;
    } catch (FileSystemException e) {
      tellOfNoDirectAccess(e.getMessage());
    }
    return ofThis(Devices.open(path, buffered));
  }

  /** The directory was the same one before and after, or what was opened is not of this area. */
  private Device ofThis(Device opened) throws IOException {
    try {
      requireSameDirectory();
      return opened;
    } catch (IOException e) {
      JournalWriter.closeAfter(e, opened);
      throw e;
    }
  }

  private void tellOfNoDirectAccess(String why) {
    if (!toldOfNoDirectAccess.getAndSet(true)) {
      LOG.info("The journal in {} is written through the page cache: {}", directory, why);
    }
  }

  private Path path(SegmentSlot slot) {
    return directory.resolve(slot.toString());
  }

  @Override
  public void close() throws IOException {
    try (epochs;
        mailboxes) {
      for (Integer lane : List.copyOf(laneLocks.keySet())) {
        releaseLane(lane);
      }
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
