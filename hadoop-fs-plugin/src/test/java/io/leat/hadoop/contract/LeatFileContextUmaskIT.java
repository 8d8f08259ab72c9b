package io.leat.hadoop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.EnumSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeys;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options.CreateOpts;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whose umask counts: the {@code FileContext}'s, once, whatever the configuration says. Hadoop has
 * no abstract suite for it; the values are those that HDFS gives.
 */
class LeatFileContextUmaskIT {

  private static final Path ROOT = new Path("/tmp/LeatFileContextUmaskIT");
  private static final Path PARENT = new Path(ROOT, "parent");
  private static final Path CHILD = new Path(PARENT, "child");

  private FileContext fc;

  @BeforeEach
  void openFileContext() throws IOException {
    TestCell.prepareDirectories();
    Configuration conf = TestCell.configuration();
    conf.set(CommonConfigurationKeys.FS_PERMISSIONS_UMASK_KEY, "077");
    fc = FileContext.getFileContext(TestCell.ROOT, conf);
    fc.setUMask(new FsPermission("000"));
    fc.mkdir(ROOT, FileContext.DEFAULT_PERM, true);
  }

  @AfterEach
  void deleteFiles() throws IOException {
    fc.delete(ROOT, true);
  }

  /** Parents made on the way stay passable for their owner, however strict the umask. */
  @ParameterizedTest
  @CsvSource({"000, 777, 777", "007, 770, 770", "777, 000, 300"})
  void shouldMaskDirectoryAndParentsWhenMkdirMakesParents(
      String umask, String directory, String parent) throws IOException {
    fc.setUMask(new FsPermission(umask));
    fc.mkdir(CHILD, FileContext.DEFAULT_PERM, true);

    assertEquals(new FsPermission(directory), permission(CHILD));
    assertEquals(new FsPermission(parent), permission(PARENT));
  }

  /** Parents that a create makes take the permission of the directory above, not the umask. */
  @ParameterizedTest
  @CsvSource({"000, 666", "007, 660", "777, 000"})
  void shouldMaskFileAndInheritParentsWhenCreateMakesParents(String umask, String file)
      throws IOException {
    fc.setUMask(new FsPermission(umask));
    fc.create(CHILD, EnumSet.of(CreateFlag.CREATE), CreateOpts.createParent()).close();

    assertEquals(new FsPermission(file), permission(CHILD));
    assertEquals(new FsPermission("777"), permission(PARENT));
  }

  private FsPermission permission(Path path) throws IOException {
    return fc.getFileStatus(path).getPermission();
  }
}
