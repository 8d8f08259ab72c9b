/**
 * Leat's client: what stands between an adapter and the wire and volumes. {@link
 * io.leat.client.LeatClient} is the way in; {@code io.leat.client.engine} is its deterministic
 * heart and holds sessions, reply slots, tokens and layouts; the classes here give it threads, a
 * clock, connections and volumes. No Hadoop class is used.
 */
package io.leat.client;
