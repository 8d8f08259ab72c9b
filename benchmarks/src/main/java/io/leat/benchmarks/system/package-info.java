/**
 * The file systems that benchmarks compare: each is started with processes and a directory of its
 * own, says how a client reaches it, and leaves nothing behind.
 *
 * <p>Owned by one benchmark. Started by its thread; closed by that thread or by the hook that runs
 * when the process is told to end.
 */
package io.leat.benchmarks.system;
