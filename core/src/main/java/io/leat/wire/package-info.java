/**
 * The wire: frames, the handshake and connections between clients and metadata servers. The only
 * package that knows Netty; no type of Netty appears in its public signatures. The messages
 * themselves are generated from {@code leat.proto}.
 *
 * <h2>Concurrency</h2>
 *
 * <p>A connection belongs to one event loop for its life. A server's loop is a thread; a client's
 * is run by one thread at a time, which may be one of the application that waits for its answer
 * ({@link io.leat.wire.WireClient#await}), and what one has done the next one sees. Decoding, the
 * handshake's state and every call of a {@link io.leat.wire.ChannelListener} happen there, so none
 * of it is locked, and what one connection's listener keeps for itself needs no lock either.
 *
 * <p>{@link io.leat.wire.Channel} is the way in for all other threads. It shares four things with
 * the loop: a concurrent queue of messages, its two counters, a flag that says that a drain is
 * scheduled, and the reason for closing. A sender first reserves its share of the counters, then
 * adds, then sets the flag; who sets it schedules the drain. The drain clears the flag before it
 * looks at the queue. So a message is either seen by the drain that is about to run or its sender
 * finds the flag clear and schedules another: none is left behind, and however many senders there
 * are, a turn of the loop costs one wake-up and one flush. The queue is first in first out, so each
 * sender's order is kept. The reason is set once, by whoever closes first, and from then on nothing
 * is sent and nothing is delivered but {@code onClosed}.
 *
 * <p>The drain stops while the socket's write buffer is full and is scheduled again when it has
 * emptied. What waits is bounded per connection, and passing the bound ends that connection, so a
 * peer that does not read costs others nothing. In the other direction {@link
 * io.leat.wire.Channel#pauseReading} leaves the bytes with the sender.
 *
 * <h2>What it leaves to others</h2>
 *
 * <p>A peer that is silent or dead is found by the lease, not here.
 */
package io.leat.wire;
