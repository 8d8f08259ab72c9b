package io.leat.hadoop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FCStatisticsBaseTest;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem.Statistics;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Bytes that {@code FileContext} counts per scheme and authority. HDFS does not run this suite. */
class LeatFileContextStatisticsIT extends FCStatisticsBaseTest {

  private static final int READS = 2;

  private Path root;

  @BeforeEach
  void openFileContext() throws IOException {
    fc = TestCell.fileContext();
    root = fileContextTestHelper.getTestRootPath(fc);
    fc.mkdir(root, FileContext.DEFAULT_PERM, true);
    // The counters belong to the JVM, and other suites have read and written before.
    FileContext.clearStatistics();
  }

  @AfterEach
  void deleteFiles() throws IOException {
    fc.delete(root, true);
  }

  @Override
  protected void verifyReadBytes(Statistics stats) {
    assertEquals((long) READS * blockSize, stats.getBytesRead());
  }

  @Override
  protected void verifyWrittenBytes(Statistics stats) {
    assertEquals((long) numBlocks * blockSize, stats.getBytesWritten());
  }

  @Override
  protected URI getFsUri() {
    return TestCell.ROOT;
  }
}
