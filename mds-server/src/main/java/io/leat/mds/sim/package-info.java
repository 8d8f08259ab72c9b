/**
 * A simulator of whole cells: one metadata server, a few clients, a volume and a network, in one
 * thread on virtual time, from a seed. The state machines, the journal and the clients' engines and
 * streams are those of production; clocks, connections and devices are simulated, and go wrong.
 *
 * <p>{@link io.leat.mds.sim.Simulation} runs one seed and owns everything in it. Nothing here reads
 * a clock or makes a thread, and all randomness comes from the seed, so that a seed repeats itself.
 * docs/simulation.md says what is checked.
 */
package io.leat.mds.sim;
