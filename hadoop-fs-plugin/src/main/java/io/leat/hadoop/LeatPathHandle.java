package io.leat.hadoop;

import io.leat.client.ClientNamespace;
import io.leat.client.FileReader;
import io.leat.model.ErrorCode;
import io.leat.model.FileAttributes;
import io.leat.model.LeatException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.InvalidPathHandleException;
import org.apache.hadoop.fs.Options.HandleOpt;
import org.apache.hadoop.fs.PathHandle;

/**
 * Names a file seen once so that it can be opened later.
 *
 * <p>Hadoop's four kinds differ in what may have happened since: <i>exact</i> nothing,
 * <i>content</i> a move, <i>path</i> any change at the path, <i>reference</i> both. A file that may
 * move is opened by its id, else by its path. Content counts as unchanged while size and
 * modification time are, as in HDFS.
 *
 * @param path in the namespace
 * @param fileId as {@link LeatFileStatus#fileId}
 * @param version as of the status
 * @param mayChange the content
 * @param mayMove the path
 */
record LeatPathHandle(String path, long fileId, long version, boolean mayChange, boolean mayMove)
    implements PathHandle {

  private static final byte FORMAT = 1;
  private static final int FIXED_BYTES = 2 + 2 * Long.BYTES;
  private static final int MAY_CHANGE = 1;
  private static final int MAY_MOVE = 2;

  /**
   * @param path the status's, in the namespace
   * @throws IllegalArgumentException a directory, or a status that is not Leat's
   */
  static LeatPathHandle of(FileStatus status, String path, HandleOpt... options) {
    if (!status.isFile()) {
      throw new IllegalArgumentException(path + " is a directory; handles are of files");
    }
    boolean mayChange =
        HandleOpt.getOpt(HandleOpt.Data.class, options)
            .map(HandleOpt.Data::allowChange)
            .orElse(false);
    boolean mayMove =
        HandleOpt.getOpt(HandleOpt.Location.class, options)
            .map(HandleOpt.Location::allowChange)
            .orElse(false);
    if (status instanceof LeatFileStatus leat) {
      return new LeatPathHandle(path, leat.fileId(), leat.version(), mayChange, mayMove);
    }
    if (status instanceof LeatLocatedFileStatus leat) {
      return new LeatPathHandle(path, leat.fileId(), leat.version(), mayChange, mayMove);
    }
    throw new IllegalArgumentException(
        "the status of " + status.getPath() + " is not from Leat's file system");
  }

  /**
   * Reads what {@link #bytes} made.
   *
   * @throws InvalidPathHandleException they are not
   */
  static LeatPathHandle from(PathHandle handle) throws InvalidPathHandleException {
    if (handle instanceof LeatPathHandle leat) {
      return leat;
    }
    ByteBuffer bytes = handle.bytes().duplicate();
    try {
      byte format = bytes.get();
      if (format != FORMAT) {
        throw new InvalidPathHandleException("not a path handle of Leat's: format " + format);
      }
      int options = bytes.get();
      long fileId = bytes.getLong();
      long version = bytes.getLong();
      String path = StandardCharsets.UTF_8.decode(bytes).toString();
      return new LeatPathHandle(
          path, fileId, version, (options & MAY_CHANGE) != 0, (options & MAY_MOVE) != 0);
    } catch (BufferUnderflowException e) {
      throw new InvalidPathHandleException("not a path handle of Leat's: too short", e);
    }
  }

  @Override
  public ByteBuffer bytes() {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    int options = (mayChange ? MAY_CHANGE : 0) | (mayMove ? MAY_MOVE : 0);
    return ByteBuffer.allocate(FIXED_BYTES + name.length)
        .put(FORMAT)
        .put((byte) options)
        .putLong(fileId)
        .putLong(version)
        .put(name)
        .flip();
  }

  /**
   * Opens the file and checks it.
   *
   * @throws InvalidPathHandleException it is gone or no longer what the handle allows
   */
  FileReader open(ClientNamespace namespace) throws IOException {
    FileReader reader = find(namespace);
    String violated = violation(reader.attributes());
    if (violated != null) {
      reader.close();
      throw new InvalidPathHandleException(path + ": " + violated);
    }
    return reader;
  }

  private FileReader find(ClientNamespace namespace) throws IOException {
    try {
      return mayMove ? namespace.open(fileId) : namespace.open(path);
    } catch (LeatException e) {
      if (e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.PARENT_NOT_DIRECTORY) {
        throw new InvalidPathHandleException(path + " cannot be found: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private String violation(FileAttributes now) {
    if (now.fileId() != fileId) {
      return "another file is at the path now";
    }
    return mayChange || now.version() == version ? null : "the content has changed";
  }
}
