package io.leat.benchmarks.bench;

import io.leat.mds.cell.Sizes;
import io.leat.mds.cli.CommandFailure;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/** Where everything of one benchmark stands; closing removes it, but for the logs if it failed. */
final class WorkDirectory implements Closeable {
  private static final String LOG = ".log";

  private final Path root;
  private boolean keepLogs = true;

  private WorkDirectory(Path root) {
    this.root = root;
  }

  /**
   * Makes it.
   *
   * @param wanted new or empty
   * @param bytes that must be free there
   */
  static WorkDirectory make(Path wanted, long bytes) throws IOException {
    Path root = Files.createDirectories(wanted.toAbsolutePath().normalize());
    try (Stream<Path> entries = Files.list(root)) {
      if (entries.findAny().isPresent()) {
        throw new CommandFailure(
            root + " is not empty; a benchmark removes what is in its directory, choose another");
      }
    }
    long free = Files.getFileStore(root).getUsableSpace();
    if (free < bytes) {
      Files.delete(root);
      throw new CommandFailure(
          "%s has %s free, the benchmark needs %s; choose a directory on another disk with --data"
              .formatted(root, Sizes.of(free), Sizes.of(bytes)));
    }
    return new WorkDirectory(root);
  }

  Path root() {
    return root;
  }

  /** All went well: the logs are of no use. */
  void forgetLogs() {
    keepLogs = false;
  }

  @Override
  public void close() throws IOException {
    if (Files.exists(root)) {
      Files.walkFileTree(root, new Remover(keepLogs));
    }
  }

  /** Removes files, and directories that are empty then. */
  private static final class Remover extends SimpleFileVisitor<Path> {
    private final boolean keepLogs;

    Remover(boolean keepLogs) {
      this.keepLogs = keepLogs;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!keepLogs || !file.getFileName().toString().endsWith(LOG)) {
        Files.deleteIfExists(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      // A process that is ending may remove its own files meanwhile.
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      boolean empty;
      try (Stream<Path> entries = Files.list(directory)) {
        empty = entries.findAny().isEmpty();
      }
      if (empty) {
        Files.deleteIfExists(directory);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
