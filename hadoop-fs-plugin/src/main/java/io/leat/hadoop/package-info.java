/**
 * Leat as Hadoop sees it: {@link io.leat.hadoop.LeatFileSystem} for {@code FileSystem}, {@link
 * io.leat.hadoop.LeatFs} for {@code FileContext}, and their streams. A thin adapter over {@code
 * io.leat.client}: it turns Hadoop's calls into the client's and the client's errors into Hadoop's
 * exceptions ({@link io.leat.hadoop.Errors}), and keeps no state of files or directories.
 *
 * <p>The one thing shared by a process is its clients ({@link io.leat.hadoop.SharedClients}): file
 * systems with the same servers and settings use one session, and the last one that is closed
 * closes it. File systems may be used by any thread; a stream's position belongs to its lock,
 * positional reads take none.
 */
package io.leat.hadoop;
