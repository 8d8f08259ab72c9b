package io.leat.hadoop.contract;

import java.io.IOException;
import java.security.PrivilegedExceptionAction;
import java.util.ArrayList;
import java.util.List;
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

  private static final List<FileSystem> OPENED = new ArrayList<>();
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
    FileSystem fileSystem = user.doAs(open);
    OPENED.add(fileSystem);
    return fileSystem;
  }

  /** Not after each test: one of the suite's calls {@code tearDown} in its middle. */
  @AfterAll
  static void closeFileSystems() throws IOException {
    for (FileSystem fileSystem : OPENED) {
      fileSystem.close();
    }
    OPENED.clear();
  }
}
