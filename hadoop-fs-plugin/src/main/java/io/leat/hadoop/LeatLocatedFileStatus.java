package io.leat.hadoop;

import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.LocatedFileStatus;

/** A {@link LeatFileStatus} with its block locations. */
public final class LeatLocatedFileStatus extends LocatedFileStatus implements EtagSource {
  private static final long serialVersionUID = 1L;

  private final long fileId;
  private final long version;

  /**
   * @param locations null for directories
   */
  LeatLocatedFileStatus(LeatFileStatus status, BlockLocation[] locations) {
    super(status, locations);
    this.fileId = status.fileId();
    this.version = status.version();
  }

  /** Never reused within a virtual server. */
  public long fileId() {
    return fileId;
  }

  /** Grows with every change of the file; a rename is none. */
  public long version() {
    return version;
  }

  @Override
  public String getEtag() {
    return LeatFileStatus.etagOf(fileId, version);
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
