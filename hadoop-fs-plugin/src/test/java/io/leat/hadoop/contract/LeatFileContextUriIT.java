package io.leat.hadoop.contract;

import org.apache.hadoop.fs.FileContextURIBase;
import org.junit.jupiter.api.BeforeEach;

/** Odd names and full URIs, seen through two {@code FileContext}s of one namespace. */
class LeatFileContextUriIT extends FileContextURIBase {

  @BeforeEach
  @Override
  public void setUp() throws Exception {
    fc1 = TestCell.fileContext();
    fc2 = TestCell.fileContext();
  }
}
