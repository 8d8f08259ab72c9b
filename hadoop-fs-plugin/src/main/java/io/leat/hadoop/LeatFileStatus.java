package io.leat.hadoop;

import io.leat.model.FileAttributes;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;

/** A file's or directory's status, with what names its present state: id and version. */
public final class LeatFileStatus extends FileStatus implements EtagSource {
  private static final long serialVersionUID = 1L;

  private final long fileId;
  private final long version;
  private final String etag;

  LeatFileStatus(FileAttributes attributes, Path path) {
    super(
        attributes.size(),
        attributes.directory(),
        attributes.directory() ? 0 : attributes.replication(),
        attributes.directory() ? 0 : attributes.blockSize(),
        attributes.modifiedMillis(),
        attributes.accessedMillis(),
        new FsPermission((short) attributes.mode()),
        attributes.owner(),
        attributes.group(),
        path);
    this.fileId = attributes.fileId();
    this.version = attributes.version();
    this.etag = etagOf(attributes);
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
    return etag;
  }

  static String etagOf(FileAttributes attributes) {
    return "\"%x-%x\"".formatted(attributes.fileId(), attributes.version());
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
