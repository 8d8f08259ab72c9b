/**
 * What a virtual server does: one class per operation, each of which validates, then writes, then
 * says what to answer. Operations keep no state; they run on the virtual server's loop, queries on
 * any thread. Deterministic: no clock, I/O, thread or randomness.
 */
package io.leat.mds.operation;
