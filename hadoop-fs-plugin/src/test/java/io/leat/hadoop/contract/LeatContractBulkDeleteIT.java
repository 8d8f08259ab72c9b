package io.leat.hadoop.contract;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.contract.AbstractContractBulkDeleteTest;
import org.apache.hadoop.fs.contract.AbstractFSContract;

/**
 * Deleting pages of paths. HDFS's page is one path, so it skips the tests that need two or three.
 */
class LeatContractBulkDeleteIT extends AbstractContractBulkDeleteTest {

  /** The largest page that one of the suite's tests needs; below it they would be skipped. */
  private static final int LARGEST_PAGE_OF_SUITE = 3;

  @Override
  protected AbstractFSContract createContract(Configuration conf) {
    return new LeatContract(conf);
  }

  @Override
  protected int getExpectedPageSize() {
    return Math.max(pageSize, LARGEST_PAGE_OF_SUITE);
  }
}
