/**
 * The client's deterministic heart: session, reply slots, lease, tokens, open files. {@link
 * io.leat.client.engine.ClientEngine} owns all of it. Everything runs confined to one lock or
 * thread that its owner provides; no clock, I/O, thread or randomness in here, so that a simulator
 * can run many clients in one thread on virtual time.
 */
package io.leat.client.engine;
