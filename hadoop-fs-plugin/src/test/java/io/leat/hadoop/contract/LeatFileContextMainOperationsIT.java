package io.leat.hadoop.contract;

import java.io.IOException;
import org.apache.hadoop.fs.FileContextMainOperationsBaseTest;
import org.apache.hadoop.fs.FileContextTestHelper;
import org.junit.jupiter.api.BeforeAll;

/** {@code FileContext} operations: create flags, {@code Options.Rename}, globs, statistics. */
class LeatFileContextMainOperationsIT extends FileContextMainOperationsBaseTest {

  @BeforeAll
  static void openFileContext() throws IOException {
    fc = TestCell.fileContext();
  }

  @Override
  protected FileContextTestHelper createFileContextHelper() {
    return new FileContextTestHelper("/tmp/LeatFileContextMainOperationsIT");
  }

  /** A read of damaged data fails and names its file; there is no list of such files to ask for. */
  @Override
  protected boolean listCorruptedBlocksSupported() {
    return false;
  }
}
