/**
 * The HDFS that benchmarks compare with. Runs in a JVM of its own, which sees Hadoop's jars and
 * this one; started by {@code HdfsSystem}. State and threads: those of HDFS's servers.
 */
package io.leat.benchmarks.hdfs;
