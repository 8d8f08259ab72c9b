package io.leat.mds.checkpoint;

import java.io.IOException;

/** Told of each chunk of a checkpoint that has been written. */
@FunctionalInterface
public interface WriteProgress {

  /** Nobody wants to know. */
  WriteProgress NONE = bytes -> {};

  /**
   * So much has been written.
   *
   * @throws IOException to give the checkpoint up
   */
  void written(long bytes) throws IOException;
}
