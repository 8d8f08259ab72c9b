package io.leat.client;

import io.leat.model.ByteRange;
import io.leat.model.FileAttributes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One virtual server's namespace as one user sees it. Paths are absolute, with {@code /} between
 * components, no {@code .} or {@code ..}, and no trailing slash but the root's.
 *
 * <p>Any thread may call. A call blocks until the server has answered or the configured call
 * timeout has passed; requests are repeated over lost connections and restarts of the server so
 * that each takes effect once. Failures are {@link io.leat.model.LeatException}s whose code says
 * what happened; an interrupted wait is an {@link java.io.InterruptedIOException}.
 */
public interface ClientNamespace {

  String user();

  FileAttributes status(String path) throws IOException;

  /**
   * Entries of a directory in the byte order of their names, or the one nameless entry of a file.
   *
   * @param after names after this one; empty for the first page
   * @param limit entries at most, 1 to 10,000; the server may send fewer
   */
  DirectoryPage list(String path, String after, int limit) throws IOException;

  /**
   * Makes a directory and, when asked, its missing parents; nothing happens when it is there.
   *
   * @param mode permission bits with the umask applied
   */
  void makeDirectories(String path, int mode, boolean createParents) throws IOException;

  FileWriter create(String path, CreateOptions options) throws IOException;

  /** Opens a file for writing behind its end; a second writer gets {@code LEASE_HELD}. */
  FileWriter append(String path) throws IOException;

  FileReader open(String path) throws IOException;

  /** Opens what {@link FileAttributes#fileId()} named, wherever it has been moved to. */
  FileReader open(long fileId) throws IOException;

  /**
   * Moves a file or directory in one step.
   *
   * @param overwrite replace a file, or an empty directory, of the same kind
   * @param intoDirectory where the destination is a directory, move under it
   */
  void rename(String source, String destination, boolean overwrite, boolean intoDirectory)
      throws IOException;

  /** True when there was something to delete. */
  boolean delete(String path, boolean recursive) throws IOException;

  /** Cuts a file to {@code size} bytes, at most what it has. */
  FileAttributes truncate(String path, long size) throws IOException;

  /** Moves the bytes of {@code sources} behind the end of {@code target}; the sources vanish. */
  void concat(String target, List<String> sources) throws IOException;

  void setPermission(String path, int mode) throws IOException;

  /** Empty strings leave owner or group as they are. */
  void setOwner(String path, String owner, String group) throws IOException;

  /** -1 leaves a time as it is. */
  void setTimes(String path, long modifiedMillis, long accessedMillis) throws IOException;

  void setXAttr(String path, String name, byte[] value, boolean mayCreate, boolean mayReplace)
      throws IOException;

  /** The attributes named, or all when {@code names} is empty; unknown names are an error. */
  Map<String, byte[]> getXAttrs(String path, List<String> names) throws IOException;

  void removeXAttr(String path, String name) throws IOException;

  /**
   * Fails with {@code PERMISSION_DENIED} unless the user may do this.
   *
   * @param action 4 read, 2 write, 1 execute, added up
   */
  void checkAccess(String path, int action) throws IOException;

  /** Ends another stream's write lease; true when the file is closed. */
  boolean recoverLease(String path) throws IOException;

  StorageUsage usage() throws IOException;

  /** Asks for, enters or leaves read-only mode; true when it is on afterwards. */
  boolean safeMode(SafeModeChange change) throws IOException;

  /** Where a file stands now. */
  LocatedFile locate(long fileId) throws IOException;

  /** What {@link #safeMode} does. */
  enum SafeModeChange {
    GET,
    ENTER,
    LEAVE
  }

  /** A file's present path. */
  record LocatedFile(String path, FileAttributes attributes) {}

  /** A directory entry; the name is empty where the path listed is a file. */
  record DirectoryEntry(String name, FileAttributes attributes) {}

  /**
   * Part of a listing.
   *
   * @param entries made when they are asked for, anew each time
   * @param more entries follow the last one
   */
  record DirectoryPage(List<DirectoryEntry> entries, boolean more) {}

  /** Bytes of the virtual server's volumes, and the number of files and directories. */
  record StorageUsage(long capacityBytes, long usedBytes, long freeBytes, long files) {}

  /**
   * How a file is made.
   *
   * @param mode permission bits with the umask applied
   * @param overwrite replace what is there; otherwise {@code ALREADY_EXISTS}
   * @param createParents make missing parents
   * @param blockSize bytes, above 0; kept for Hadoop's splits
   * @param replication above 0; kept, not acted on
   * @param range what the stream writes, beside others that have other ranges; of a file that is
   *     there {@code overwrite} takes away what stands in it. All of the file when there is none
   */
  record CreateOptions(
      int mode,
      boolean overwrite,
      boolean createParents,
      long blockSize,
      int replication,
      Optional<ByteRange> range) {

    public CreateOptions {
      if (blockSize <= 0 || replication <= 0) {
        throw new IllegalArgumentException(
            "block size (" + blockSize + ") and replication (" + replication + ") must be above 0");
      }
    }

    /** For all of a file. */
    public CreateOptions(
        int mode, boolean overwrite, boolean createParents, long blockSize, int replication) {
      this(mode, overwrite, createParents, blockSize, replication, Optional.empty());
    }

    /** The same for a range of the file. */
    public CreateOptions withRange(Optional<ByteRange> written) {
      return new CreateOptions(mode, overwrite, createParents, blockSize, replication, written);
    }
  }
}
