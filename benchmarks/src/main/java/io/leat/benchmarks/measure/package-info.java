/**
 * What the benchmarks measure: names of metrics, their units, which workload yields them, and how
 * much is done at each scale. Seen by the command's JVM and by the clients'; values only, so any
 * thread may use them.
 */
package io.leat.benchmarks.measure;
