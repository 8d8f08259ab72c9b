package io.leat.mds.cell;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One cell per directory: held while a cell runs there, gone with its process. */
final class CellLock implements Closeable {

  // The operating system's lock belongs to the process, and closing any descriptor of the file
  // drops it; so within the process a set decides, before the file is opened.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private CellLock(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Takes the lock of a cell's directory.
   *
   * @throws CellInUseException when another cell has it; names the directory and the process
   */
  static CellLock take(CellLayout layout) throws IOException {
    Path path = layout.root().toRealPath().resolve(layout.lock().getFileName());
    if (!HELD_HERE.add(path)) {
      throw inUse(layout, Long.toString(ProcessHandle.current().pid()));
    }
    try {
      return new CellLock(path, open(layout, path));
    } catch (IOException e) {
      HELD_HERE.remove(path);
      throw e;
    }
  }

  private static FileChannel open(CellLayout layout, Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(layout, Files.readString(path).strip());
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)), 0);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static CellInUseException inUse(CellLayout layout, String pid) {
    return new CellInUseException(
        "%s is in use by another cell, process %s; stop it with 'leat stop --data %s'"
            .formatted(layout.root(), pid, layout.root()));
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD_HERE.remove(path);
    }
  }
}
