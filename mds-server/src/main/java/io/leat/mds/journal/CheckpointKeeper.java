package io.leat.mds.journal;

import java.io.IOException;

/** What an activation asks of whoever keeps a virtual server's image and checkpoints. */
public interface CheckpointKeeper {

  /** Keeps none: the journal has to be complete, and no segment is used again. */
  CheckpointKeeper NONE =
      new CheckpointKeeper() {
        @Override
        public void recover(JournalHistory history) throws IOException {
          history.requireComplete();
        }

        @Override
        public void makeRoom() {}

        @Override
        public JournalPosition previousCheckpoint() {
          return JournalPosition.START;
        }
      };

  /**
   * Brings the image to the end of {@code history}, or to the batch before: the last one may not be
   * durable yet. Called once and first; when it fails the journal stays as it is.
   *
   * @throws DamagedJournalException when checkpoints and journal together do not lead there
   */
  void recover(JournalHistory history) throws IOException;

  /** Makes checkpoints, because all segments of the lane are needed. After {@link #recover}. */
  void makeRoom() throws IOException;

  /**
   * Where the last but one of the verified checkpoints stands; {@link JournalPosition#START} where
   * there are fewer than two. After {@link #recover}.
   */
  JournalPosition previousCheckpoint() throws IOException;
}
