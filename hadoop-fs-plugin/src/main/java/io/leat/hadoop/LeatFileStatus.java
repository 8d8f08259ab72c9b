package io.leat.hadoop;

import io.leat.model.FileAttributes;
import java.io.IOException;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A file's or directory's status, with what names its present state: id and version.
 *
 * <p>It makes its path when it is asked for it first. That is a good part of what a status or a
 * listing costs, and many callers only look at sizes or count. Any thread may ask.
 */
public final class LeatFileStatus extends FileStatus implements EtagSource {
  private static final long serialVersionUID = 1L;

  private final long fileId;
  private final long version;

  /** With the name what the path is made of; null when the base class has the path. */
  private transient Path parent;

  private transient String name;

  /** Volatile: a {@link Path} has no final field that would let others see it whole. */
  private transient volatile Path made;

  LeatFileStatus(FileAttributes attributes, Path path) {
    super(
        attributes.size(),
        attributes.directory(),
        attributes.directory() ? 0 : attributes.replication(),
        attributes.directory() ? 0 : attributes.blockSize(),
        attributes.modifiedMillis(),
        attributes.accessedMillis(),
        Permissions.of(attributes.mode()),
        attributes.owner(),
        attributes.group(),
        path);
    this.fileId = attributes.fileId();
    this.version = attributes.version();
  }

  /**
   * @param parent a directory with scheme and authority
   * @param name of an entry, or a path from there; empty for the root itself
   */
  LeatFileStatus(FileAttributes attributes, Path parent, String name) {
    this(attributes, null);
    this.parent = parent;
    this.name = name;
  }

  @Override
  public Path getPath() {
    if (parent == null) {
      return super.getPath();
    }
    Path path = made;
    if (path == null) {
      path = DirectoryListing.child(parent, name);
      made = path;
    }
    return path;
  }

  @Override
  public void setPath(Path path) {
    parent = null;
    super.setPath(path);
  }

  /** Its message names the path. */
  @Override
  public Path getSymlink() throws IOException {
    completeBase();
    return super.getSymlink();
  }

  @Override
  public String toString() {
    completeBase();
    return super.toString();
  }

  /** What is serialized is the base class's path. */
  private Object writeReplace() {
    completeBase();
    return this;
  }

  /** For methods of the base class that use its own path. */
  private void completeBase() {
    super.setPath(getPath());
  }

  /** Never reused within a virtual server. */
  public long fileId() {
    return fileId;
  }

  /** Grows with every change of the file; a rename is none. */
  public long version() {
    return version;
  }

  /** Changes with every change of the file, stays over renames; quoted, as HTTP has it. */
  @Override
  public String getEtag() {
    return etagOf(fileId, version);
  }

  static String etagOf(long fileId, long version) {
    return "\"" + Long.toHexString(fileId) + "-" + Long.toHexString(version) + "\"";
  }

  /** Statuses are equal when their paths are, as everywhere in Hadoop. */
  @Override
  public boolean equals(Object other) {
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
