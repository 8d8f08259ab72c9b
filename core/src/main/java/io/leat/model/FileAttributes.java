package io.leat.model;

import java.util.Objects;

/**
 * What is known of a file or directory, apart from its name and extents.
 *
 * @param fileId never reused within a virtual server
 * @param directory else a file
 * @param size bytes; 0 for directories
 * @param mode permission bits, 0 to 01777
 * @param modifiedMillis since 1970
 * @param accessedMillis since 1970
 * @param version grows with every change
 * @param blockSize bytes; the unit in which Hadoop splits the file
 * @param replication what the creator asked for; Leat keeps one copy
 * @param underConstruction a client holds the write lease
 */
public record FileAttributes(
    long fileId,
    boolean directory,
    long size,
    int mode,
    String owner,
    String group,
    long modifiedMillis,
    long accessedMillis,
    long version,
    long blockSize,
    int replication,
    boolean underConstruction) {

  public FileAttributes {
    Objects.requireNonNull(owner);
    Objects.requireNonNull(group);
  }

  /** The same under another version. */
  public FileAttributes withVersion(long other) {
    return new FileAttributes(
        fileId,
        directory,
        size,
        mode,
        owner,
        group,
        modifiedMillis,
        accessedMillis,
        other,
        blockSize,
        replication,
        underConstruction);
  }
}
