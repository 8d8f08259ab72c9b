package io.leat.hadoop.contract;

import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * The cell that all suites of a test JVM share: started by the first that asks, stopped when the
 * JVM ends, after Hadoop has closed the file systems it caches.
 *
 * <p>Thread-safe.
 */
final class TestCell {

  /** The root of the virtual server that the suites work in. */
  static final URI ROOT = URI.create("leat://demo/");

  /** After Hadoop's hook and the shared clients', which is one below that. */
  private static final int STOP_PRIORITY = FileSystem.SHUTDOWN_HOOK_PRIORITY - 2;

  private static final FsPermission OPEN_STICKY = new FsPermission((short) 01777);
  private static final FsPermission HOME = new FsPermission((short) 0755);

  /** What the suites need to know of a running cell. */
  private record Running(String addresses, AutoCloseable cell) {}

  /** Starts the cell when it is first used. */
  private static final class Holder {
    static final Running RUNNING = startOnce();
  }

  private TestCell() {}

  /** A new client configuration for the cell, with {@link #ROOT} as the default file system. */
  static Configuration configuration() {
    Configuration conf = new Configuration();
    configure(conf);
    return conf;
  }

  /** Points {@code conf} at the cell. */
  static void configure(Configuration conf) {
    conf.set("fs.leat.impl", "io.leat.hadoop.LeatFileSystem");
    conf.set("fs.AbstractFileSystem.leat.impl", "io.leat.hadoop.LeatFs");
    conf.set("fs.leat.mds.addresses", Holder.RUNNING.addresses());
    conf.set(FileSystem.FS_DEFAULT_NAME_KEY, ROOT.toString());
  }

  /** A {@code FileContext} of the current user whose working directory exists. */
  static FileContext fileContext() throws IOException {
    prepareDirectories();
    return FileContext.getFileContext(ROOT, configuration());
  }

  /** Makes {@code /tmp} and the user's home again, which the root directory suite deletes. */
  static void prepareDirectories() throws IOException {
    FileSystem fs = FileSystem.get(ROOT, configuration());
    Path tmp = new Path("/tmp");
    fs.mkdirs(tmp);
    fs.setPermission(tmp, OPEN_STICKY);
    fs.mkdirs(home(UserGroupInformation.getCurrentUser()), HOME);
  }

  /** The home directory of {@code user}. */
  static Path home(UserGroupInformation user) {
    return new Path("/user/" + user.getShortUserName());
  }

  private static Running startOnce() {
    try {
      java.nio.file.Path target = Files.createDirectories(java.nio.file.Path.of("target"));
      Running running = start(Files.createTempDirectory(target, "contract-cell-"));
      ShutdownHookManager.get().addShutdownHook(() -> stop(running), STOP_PRIORITY);
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException("the contract suites' cell does not start", e);
    }
  }

  /** The only place that names the server's classes. */
  private static Running start(java.nio.file.Path dataDirectory) throws IOException {
    EmbeddedCell cell = EmbeddedCell.start(CellOptions.at(dataDirectory));
    return new Running(String.join(",", cell.addresses()), cell);
  }

  private static void stop(Running running) {
    try {
      running.cell().close();
    } catch (Exception e) {
      throw new IllegalStateException("the contract suites' cell does not stop", e);
    }
  }
}
