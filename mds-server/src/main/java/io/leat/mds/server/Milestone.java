package io.leat.mds.server;

import io.leat.mds.journal.JournalPosition;
import java.util.Objects;

/**
 * What to do when a replay has brought an image to a position.
 *
 * @param position in the journal
 * @param reached called in the replay's thread, with the image committed exactly up to there and
 *     known to be history; not at all when the replay begins behind the position or history does
 *     not have it; perhaps again when the next replay begins there
 */
record Milestone(JournalPosition position, Runnable reached) {

  Milestone {
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(reached, "reached");
  }
}
