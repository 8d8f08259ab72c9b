package io.leat.hadoop.contract;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.contract.AbstractFSContract;

/** What {@code leat://} promises to Hadoop's contract suites: {@code contract/leat.xml}. */
final class LeatContract extends AbstractFSContract {

  private static final String OPTIONS = "contract/leat.xml";

  LeatContract(Configuration conf) {
    super(conf);
    addConfResource(OPTIONS);
    TestCell.configure(conf);
  }

  /** The current user's file system: a suite that runs as somebody else gets another one. */
  @Override
  public FileSystem getTestFileSystem() throws IOException {
    return FileSystem.get(TestCell.ROOT, getConf());
  }

  @Override
  public String getScheme() {
    return TestCell.ROOT.getScheme();
  }

  @Override
  public Path getTestPath() {
    return new Path("/test");
  }
}
