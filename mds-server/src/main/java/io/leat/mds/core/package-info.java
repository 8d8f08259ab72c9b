/**
 * The state machine of a virtual server. {@link io.leat.mds.core.VirtualServerCore} owns the
 * volatile state; the durable half stands in the image. One thread at a time, the virtual server's
 * loop in a server, the simulator in a simulation. Deterministic: no clock, I/O, thread or
 * randomness.
 */
package io.leat.mds.core;
