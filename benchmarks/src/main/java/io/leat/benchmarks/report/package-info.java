/**
 * What comes out of benchmarks: values by metric and system, their medians and ratios, as a table,
 * as JSON and as a page. Used by one thread.
 */
package io.leat.benchmarks.report;
