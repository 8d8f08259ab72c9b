package io.leat.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lock files in a directory beside a volume's file. A process that writes to the volume holds the
 * lock of one for each of its client sessions; once the kernel lets somebody else have the lock,
 * the process is gone with all its writes, or has given the session up.
 *
 * <p>The locks are POSIX record locks: they end with the process, after its last system call, but
 * also when the process closes any descriptor of the file. So a virtual machine notes in its system
 * properties what it holds, for whatever of it would look at the files from another class loader.
 * They prove something on file systems of one host's own; on those that hosts share, nothing is
 * proven while a host is cut off.
 *
 * <p>Any thread.
 */
public final class LockFiles {

  private static final Logger LOG = LoggerFactory.getLogger(LockFiles.class);

  private static final String SUFFIX = ".fences";
  private static final String UNFINISHED = ".unfinished";
  private static final String NOTE = "io.leat.lock-file.";

  /**
   * Mode of the directory: the group of the volume's file may make files in it and delete their
   * own; the files are that group's, so that who serves the volume can look at them.
   */
  private static final int DIRECTORY_MODE = 03770;

  /** What this virtual machine holds; a channel that nothing refers to would lose its lock. */
  private static final Map<String, FileChannel> HELD = new ConcurrentHashMap<>();

  private final Path volume;
  private final Path directory;

  private LockFiles(Path volume) {
    this.volume = volume;
    this.directory = volume.resolveSibling(volume.getFileName() + SUFFIX);
  }

  /**
   * The lock files beside a volume's file, wherever links lead to it; none is made or looked at.
   *
   * @throws IOException when there is no such file
   */
  public static LockFiles beside(Path volume) throws IOException {
    return new LockFiles(volume.toRealPath());
  }

  /**
   * The name of a session's file.
   *
   * @param clientId bytes that no other client ever has
   */
  public static String name(String virtualServer, long session, ByteBuffer clientId) {
    byte[] id = new byte[clientId.remaining()];
    clientId.duplicate().get(id);
    return "%s-%d-%s".formatted(virtualServer, session, HexFormat.of().formatHex(id));
  }

  /** Makes the directory if it is not there, open to the group of the volume's file. */
  public void makeDirectory() throws IOException {
    if (Files.notExists(directory)) {
      Files.createDirectory(directory);
    }
    GroupPrincipal group = Files.readAttributes(volume, PosixFileAttributes.class).group();
    Files.getFileAttributeView(directory, PosixFileAttributeView.class).setGroup(group);
    Files.setAttribute(directory, "unix:mode", DIRECTORY_MODE);
  }

  /**
   * Makes a file and locks it. It gets its name with the lock, so that whoever finds it unlocked
   * knows that it was locked before.
   *
   * @throws IOException when that cannot be done here; then it is not held
   */
  public void lock(String name) throws IOException {
    note(name); // first: whoever looks at the file in this process would end the lock
    try {
      onOwnThread(() -> publish(name));
    } catch (IOException e) {
      forget(name);
      throw e;
    }
  }

  private boolean publish(String name) throws IOException {
    Path unfinished = directory.resolve(name + UNFINISHED);
    FileChannel channel = locked(unfinished);
    try {
      Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      HELD.put(name, channel);
      return true;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private FileChannel locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new IOException(file + " is locked by another process");
      }
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Deletes a file that {@link #lock} made, and gives its lock back; nothing if it is not held. */
  public void unlock(String name) throws IOException {
    FileChannel channel = HELD.remove(name);
    if (channel != null) {
      onOwnThread(
          () -> {
            try (channel) {
              return Files.deleteIfExists(directory.resolve(name));
            } finally {
              forget(name);
            }
          });
    }
  }

  /**
   * Whether a process holds the lock of a file. One that nobody holds is deleted.
   *
   * @return false also when there is no such file
   * @throws IOException when that cannot be found out, also because of an interrupt
   */
  public boolean isLocked(String name) throws IOException {
    if (isNoted(name)) {
      return true;
    }
    return !take(directory.resolve(name));
  }

  /** Deletes the file if nobody holds its lock; true when it is gone. */
  private static boolean take(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (channel.tryLock() == null) {
        return false;
      }
      Files.delete(file);
      return true;
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  /**
   * Deletes files that processes of a virtual server's clients have left and nobody holds. What
   * cannot be looked at stays, and a warning names it.
   */
  public void sweep(String virtualServer) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, virtualServer + "-*")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!isNoted(name) && !isNoted(withoutSuffix(name))) {
          sweep(file);
        }
      }
    }
  }

  private static void sweep(Path file) {
    try {
      if (take(file)) {
        LOG.info("{}: deleted, its process is gone", file);
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be looked at and stays", file, e);
    }
  }

  private static String withoutSuffix(String name) {
    return name.endsWith(UNFINISHED)
        ? name.substring(0, name.length() - UNFINISHED.length())
        : name;
  }

  private static void note(String name) {
    System.setProperty(NOTE + name, "held");
  }

  private static void forget(String name) {
    System.clearProperty(NOTE + name);
  }

  private static boolean isNoted(String name) {
    return System.getProperty(NOTE + name) != null;
  }

  /**
   * An interrupt closes the channel that the interrupted thread uses, and with it ends the lock.
   */
  private static boolean onOwnThread(Callable<Boolean> task) throws IOException {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                done.complete(task.call());
              } catch (Throwable e) {
                done.completeExceptionally(e);
              }
            },
            "lock file");
    thread.setDaemon(true);
    thread.start();
    try {
      return done.join();
    } catch (CompletionException e) {
      throw new IOException("the lock file cannot be used: " + e.getCause(), e.getCause());
    }
  }
}
