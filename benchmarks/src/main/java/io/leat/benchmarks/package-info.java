/**
 * Commands that need a Hadoop client beside the servers: {@code leat fs} and {@code leat
 * quickstart}, and in the packages below {@code leat bench}; they join the command line as {@link
 * io.leat.mds.cli.CommandProvider}s.
 *
 * <p>Two kinds of JVM run code of this package, and neither sees the other's jars. Commands run in
 * the command line's JVM, with the servers' class path. {@link io.leat.benchmarks.QuickstartJobs}
 * and what it uses run in a child JVM with a client's: Hadoop and the one shaded jar of the plugin;
 * so do the benchmarks' clients. They speak through lines on the child's standard output, see
 * {@link io.leat.benchmarks.JobLine}.
 *
 * <p>State and threads: a command lives for one call, on the main thread.
 */
package io.leat.benchmarks;
