package io.leat.hadoop.contract;

import java.security.PrivilegedExceptionAction;
import org.apache.hadoop.fs.FSMainOperationsBaseTest;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/**
 * {@code FileSystem} operations with globs and {@code Options.Rename}, as a user who is no
 * superuser: two tests expect that a directory without permissions cannot be listed.
 */
class LeatFsMainOperationsIT extends FSMainOperationsBaseTest {

  private static UserGroupInformation user;

  LeatFsMainOperationsIT() {
    super("/tmp/LeatFsMainOperationsIT");
  }

  @BeforeAll
  static void chooseUser() throws Exception {
    TestCell.prepareDirectories();
    String name = UserGroupInformation.getCurrentUser().getShortUserName() + "x";
    user = UserGroupInformation.createUserForTesting(name, new String[] {"user"});
  }

  @Override
  protected FileSystem createFileSystem() throws Exception {
    PrivilegedExceptionAction<FileSystem> open =
        () -> FileSystem.newInstance(TestCell.ROOT, TestCell.configuration());
    return user.doAs(open);
  }

  @AfterEach
  @Override
  public void tearDown() throws Exception {
    super.tearDown();
    fSys.close();
  }
}
