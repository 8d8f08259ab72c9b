/**
 * Gives virtual servers what their state machine must not have: threads, clocks, storage and
 * connections.
 *
 * <p>{@link io.leat.mds.server.MetadataServer} owns the parts of a process. Each {@link
 * io.leat.mds.server.VirtualServerHost} owns one virtual server's storage and the thread that is
 * its loop; only that thread touches a {@code Term}. Connections live on the wire's event loops and
 * reach a loop through its bounded queue; queries are answered on the event loop from snapshots.
 */
package io.leat.mds.server;
