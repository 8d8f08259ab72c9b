/**
 * A virtual server's journal in its metadata area, the epoch blocks, and the check that lets only
 * the newest owner answer.
 *
 * <p>The road of a batch: the virtual server's loop hands the encoded effects of a batch to {@link
 * io.leat.mds.journal.Journal#append}, which is durable when it returns, asks {@link
 * io.leat.mds.journal.Journal#newest()}, and only then commits its image and releases replies.
 *
 * <p>The road to ownership: {@link io.leat.mds.journal.JournalActivation} takes the lane, claims
 * the epoch, reads {@link io.leat.mds.journal.JournalHistory}, has the {@link
 * io.leat.mds.journal.CheckpointKeeper} make sure that the state can be had, and seals the history
 * with a fresh segment.
 *
 * <p>A lane's segments are a ring: one that ends before the last but one checkpoint is used again
 * under a new number, without zeroing. {@code LaneSegments} says why nothing stale is ever taken
 * for valid. So the history goes back to the first batch or to where a slot was used again, and
 * checkpoints lead on from there.
 *
 * <p>Why two owners cannot both answer: an owner checks the epoch blocks after its batch is
 * durable. A newer owner scans the journal after its claim is durable. So either the check sees the
 * claim and the old owner stays silent, or the scan began after the batch was durable and adopts
 * it. No clock takes part.
 *
 * <p>Ownership of state: on the storage each lane is written by the process that has acquired it
 * ({@link io.leat.mds.journal.MetadataArea#acquireLane}), and by nobody else. In memory everything
 * belongs to the one thread that runs the virtual server's loop, except what {@link
 * io.leat.mds.journal.Journal} says that any thread may call: that is how space is looked after.
 */
package io.leat.mds.journal;
