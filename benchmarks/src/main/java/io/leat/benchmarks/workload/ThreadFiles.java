package io.leat.benchmarks.workload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of one thread, in a directory of its own: it creates, renames and deletes them. Used by
 * one thread at a time.
 */
final class ThreadFiles {
  private static final String RENAMED = "-renamed";

  private final Path files;
  private final Path directories;
  private final List<Path> existing = new ArrayList<>();
  private int named;

  ThreadFiles(Path base) {
    files = new Path(base, "files");
    directories = new Path(base, "directories");
  }

  /** Makes the two directories. */
  void makeDirectories(FileSystem fileSystem) throws IOException {
    fileSystem.mkdirs(files);
    fileSystem.mkdirs(directories);
  }

  /** Creates and closes one more file. */
  boolean create(FileSystem fileSystem) throws IOException {
    Path path = new Path(files, "f" + named++);
    Population.write(fileSystem, path, Population.EMPTY);
    existing.add(path);
    return true;
  }

  /** How many files there are. */
  int count() {
    return existing.size();
  }

  /** Makes one more directory. */
  boolean mkdirs(FileSystem fileSystem, int time) throws IOException {
    Path path = new Path(directories, "d" + time);
    require(fileSystem.mkdirs(path), "mkdirs", path);
    return true;
  }

  /** Renames one file after the other within the directory, and back in the next round. */
  boolean rename(FileSystem fileSystem, int time) throws IOException {
    if (existing.isEmpty()) {
      return false;
    }
    int index = time % existing.size();
    Path from = existing.get(index);
    Path to = renamed(from);
    require(fileSystem.rename(from, to), "rename", from);
    existing.set(index, to);
    return true;
  }

  private Path renamed(Path path) {
    String name = path.getName();
    return name.endsWith(RENAMED)
        ? new Path(files, name.substring(0, name.length() - RENAMED.length()))
        : new Path(files, name + RENAMED);
  }

  /** Deletes one file; false when there is none left. */
  boolean delete(FileSystem fileSystem) throws IOException {
    if (existing.isEmpty()) {
      return false;
    }
    Path path = existing.remove(existing.size() - 1);
    require(fileSystem.delete(path, false), "delete", path);
    return true;
  }

  private static void require(boolean done, String operation, Path path) throws IOException {
    if (!done) {
      throw new IOException(operation + " of " + path + " answered false");
    }
  }
}
