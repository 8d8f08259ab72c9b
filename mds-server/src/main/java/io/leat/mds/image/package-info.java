/**
 * The durable state of one virtual server as an ordered map from keys to values, and the mutations
 * that change it (design: sections 4, 5 and 12).
 *
 * <p>{@link io.leat.mds.image.Image} is what the state machine sees. {@link
 * io.leat.mds.image.LmdbImage} keeps the map in an LMDB environment, {@link
 * io.leat.mds.image.MemoryImage} on the heap for simulation and tests; {@link
 * io.leat.mds.image.WriteBehindImage} keeps commits in memory for a moment, above either. All pass
 * the same contract test. {@link io.leat.mds.image.Effects} is the flat form of mutations that the
 * journal stores, and {@link io.leat.mds.image.RecordingTransaction} produces it while operations
 * run.
 *
 * <p>An image is a cache of checkpoint and journal: it is consistent whenever the process dies, but
 * after a crash of the host its files prove nothing and are thrown away.
 *
 * <p><b>Ownership and threads.</b> The loop of the virtual server owns the image and is the only
 * writer: it begins, uses and ends the one open transaction. Snapshots may be taken on any thread;
 * a snapshot is used by one thread at a time. Nothing here reads a clock, starts a thread or draws
 * a random number; only {@code LmdbImage} touches files.
 */
package io.leat.mds.image;
