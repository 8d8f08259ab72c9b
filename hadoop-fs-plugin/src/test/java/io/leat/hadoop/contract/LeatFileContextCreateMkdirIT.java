package io.leat.hadoop.contract;

import java.io.IOException;
import org.apache.hadoop.fs.FileContextCreateMkdirBaseTest;
import org.apache.hadoop.fs.FileContextTestHelper;
import org.junit.jupiter.api.BeforeAll;

/** {@code FileContext.create} and {@code mkdir} with and without their parents. */
class LeatFileContextCreateMkdirIT extends FileContextCreateMkdirBaseTest {

  @BeforeAll
  static void openFileContext() throws IOException {
    fc = TestCell.fileContext();
  }

  @Override
  protected FileContextTestHelper createFileContextHelper() {
    return new FileContextTestHelper("/tmp/LeatFileContextCreateMkdirIT");
  }
}
