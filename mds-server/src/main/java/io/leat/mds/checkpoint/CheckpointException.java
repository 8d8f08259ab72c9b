package io.leat.mds.checkpoint;

import java.io.IOException;

/** A checkpoint cannot be used as it stands on the storage; another one may serve. */
public final class CheckpointException extends IOException {

  CheckpointException(String message) {
    super(message);
  }
}
