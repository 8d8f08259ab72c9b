/**
 * The tree of files and directories of one virtual server, as records in its image.
 *
 * <p>The image owns the state; the classes here read and change it inside a snapshot or transaction
 * that somebody else opened. Deterministic: no clock, I/O, thread or randomness; times and ids come
 * in with the call. Only the virtual server's loop writes; readers use snapshots of their own.
 */
package io.leat.mds.namespace;
