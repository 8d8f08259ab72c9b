/**
 * The benchmarks' client: one class per workload, on Hadoop's {@code FileSystem} interface alone.
 * Nothing here knows which file system it drives.
 *
 * <p>Runs in a client's JVM of its own per file system, told what to do line by line by the command
 * ({@link io.leat.benchmarks.workload.BenchClient}). State and threads: workloads are called by the
 * main thread and own the threads of their {@link io.leat.benchmarks.workload.Crew}.
 */
package io.leat.benchmarks.workload;
