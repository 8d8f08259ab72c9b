package io.leat.hadoop.contract;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.contract.AbstractContractMultipartUploaderTest;
import org.apache.hadoop.fs.contract.AbstractFSContract;

/** Uploads in parts that become one file at the end. */
class LeatContractMultipartUploaderIT extends AbstractContractMultipartUploaderTest {

  private static final int PART_BYTES = 1024;

  @Override
  protected AbstractFSContract createContract(Configuration conf) {
    return new LeatContract(conf);
  }

  @Override
  protected int partSizeInBytes() {
    return PART_BYTES;
  }

  @Override
  protected boolean finalizeConsumesUploadIdImmediately() {
    return true;
  }

  @Override
  protected boolean supportsConcurrentUploadsToSamePath() {
    return true;
  }
}
