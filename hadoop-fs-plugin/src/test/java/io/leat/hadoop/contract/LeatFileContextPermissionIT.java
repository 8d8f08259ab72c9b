package io.leat.hadoop.contract;

import java.io.IOException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileContextPermissionBase;
import org.apache.hadoop.fs.FileContextTestHelper;

/** Permissions, owners and groups through {@code FileContext}. */
class LeatFileContextPermissionIT extends FileContextPermissionBase {

  @Override
  protected FileContextTestHelper getFileContextHelper() {
    return new FileContextTestHelper("/tmp/LeatFileContextPermissionIT");
  }

  @Override
  protected FileContext getFileContext() throws IOException {
    return TestCell.fileContext();
  }
}
