/**
 * What the servers of a cell agree on through one name service: who is a member, who owns which
 * virtual server, and where each virtual server's configuration stands.
 *
 * <p>This package holds the contracts, their values and an implementation in memory for simulations
 * and tests; {@code io.leat.coordination.zk} implements the same contracts on ZooKeeper. No type of
 * ZooKeeper or Curator appears here, so that a server can be simulated without either.
 *
 * <p>The name service is an arbiter, not a safety device: an owner keeps serving while it is away,
 * and two owners are told apart by the epochs on the metadata devices. What it adds is a quick and
 * common answer to "who is meant to serve this?".
 *
 * <p>State and threads: the cell's state belongs to the name service; a {@link
 * io.leat.coordination.Coordination} owns one session with it. Calls block for a bounded time and
 * belong on threads that may wait, never on a virtual server's loop. Listeners are called one at a
 * time on a thread of the coordination, those of the connection on another so that they hear at
 * once; they may call back into it, and should be brief. The implementation in memory starts no
 * thread and must be used by one thread only.
 */
package io.leat.coordination;
