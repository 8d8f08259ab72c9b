package io.leat.hadoop.contract;

import java.security.PrivilegedExceptionAction;
import org.apache.hadoop.fs.FSMainOperationsBaseTest;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * {@code FileSystem} operations with globs and {@code Options.Rename}, as a user who is no
 * superuser: two tests expect that a directory without permissions cannot be listed.
 */
class LeatFsMainOperationsIT extends FSMainOperationsBaseTest {

  private static FileSystem fileSystem;

  LeatFsMainOperationsIT() {
    super("/tmp/LeatFsMainOperationsIT");
  }

  @BeforeAll
  static void openAsUser() throws Exception {
    TestCell.prepareDirectories();
    String name = UserGroupInformation.getCurrentUser().getShortUserName() + "x";
    UserGroupInformation user =
        UserGroupInformation.createUserForTesting(name, new String[] {"user"});
    PrivilegedExceptionAction<FileSystem> open =
        () -> FileSystem.newInstance(TestCell.ROOT, TestCell.configuration());
    fileSystem = user.doAs(open);
  }

  @AfterAll
  static void closeFileSystem() throws Exception {
    fileSystem.close();
  }

  @Override
  protected FileSystem createFileSystem() {
    return fileSystem;
  }
}
