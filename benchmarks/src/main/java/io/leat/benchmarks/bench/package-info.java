/**
 * {@code leat bench}: which system does what and when, and the processes and the directory of one
 * benchmark. A {@link io.leat.benchmarks.bench.Benchmark} is driven by one thread; a hook may end
 * it from another one at any time.
 */
package io.leat.benchmarks.bench;
