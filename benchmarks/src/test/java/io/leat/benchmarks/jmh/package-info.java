/**
 * JMH benchmarks of the hot parts, each alone: {@code dev/jmh}.
 *
 * <p>They show where time goes and whether a change is worth it; how Leat compares with other
 * systems is what {@code leat bench} measures. State belongs to JMH: made in its setup, for the
 * whole benchmark or for each thread, and files in {@link io.leat.benchmarks.jmh.ScratchDirectory}.
 */
package io.leat.benchmarks.jmh;
