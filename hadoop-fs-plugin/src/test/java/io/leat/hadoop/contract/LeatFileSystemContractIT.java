package io.leat.hadoop.contract;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeys;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileSystemContractBaseTest;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The older suite for {@code FileSystem}; it changes the working directory and the umask. */
class LeatFileSystemContractIT extends FileSystemContractBaseTest {

  @BeforeEach
  void openFileSystem() throws IOException {
    TestCell.prepareDirectories();
    Configuration conf = TestCell.configuration();
    conf.set(CommonConfigurationKeys.FS_PERMISSIONS_UMASK_KEY, TEST_UMASK);
    fs = FileSystem.newInstance(TestCell.ROOT, conf);
  }

  @AfterEach
  @Override
  public void tearDown() throws Exception {
    super.tearDown();
    fs.close();
  }

  @Override
  protected String getDefaultWorkingDirectory() {
    try {
      return TestCell.home(UserGroupInformation.getCurrentUser()).toString();
    } catch (IOException e) {
      throw new IllegalStateException("the test's user is unknown", e);
    }
  }
}
