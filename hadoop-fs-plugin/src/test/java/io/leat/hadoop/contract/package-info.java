/**
 * Hadoop's own test suites, run against one cell per test JVM.
 *
 * <p>Each class here binds one abstract suite of hadoop-common 3.5.0 to {@code leat://demo/}; what
 * Leat promises beyond the suites' defaults stands in {@code contract/leat.xml}. {@link
 * io.leat.hadoop.contract.TestCell} owns the cell; everything else runs on the test's thread.
 *
 * <p>Left out, each for a reason:
 *
 * <ul>
 *   <li>{@code SymlinkBaseTest} and its subclasses: Leat has no symbolic links, as Hadoop has
 *       switched them off by default since 2.2. What a file system without them must answer is
 *       tested by {@code testUnsupportedSymlink} of the {@code FileContext} suite.
 *   <li>{@code AbstractContractDistCpTest}: it lives in hadoop-distcp's test jar and needs
 *       MapReduce, which this module does not have.
 *   <li>The suites under {@code viewfs}: they test the mount table, with any file system under it.
 * </ul>
 */
package io.leat.hadoop.contract;
