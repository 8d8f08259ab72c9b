package io.leat.hadoop.contract;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.contract.AbstractFSContract;
import org.apache.hadoop.io.wrappedio.impl.TestWrappedIO;

/** The calls that libraries make by reflection to stay compatible with old Hadoop releases. */
class LeatWrappedIoIT extends TestWrappedIO {

  @Override
  protected AbstractFSContract createContract(Configuration conf) {
    return new LeatContract(conf);
  }
}
