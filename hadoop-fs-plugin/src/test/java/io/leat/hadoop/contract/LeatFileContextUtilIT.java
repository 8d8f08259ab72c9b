package io.leat.hadoop.contract;

import org.apache.hadoop.fs.FileContextUtilBase;
import org.junit.jupiter.api.BeforeEach;

/** {@code FileContext.util()}: copies of files and trees. */
class LeatFileContextUtilIT extends FileContextUtilBase {

  @BeforeEach
  @Override
  public void setUp() throws Exception {
    fc = TestCell.fileContext();
    super.setUp();
  }
}
