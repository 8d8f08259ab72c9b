package io.leat.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * A file or block device read and written through the kernel's page cache, with any offset, length
 * and buffer. All processes of one host see the same bytes; other hosts may not.
 */
final class FileDevice extends AbstractFileDevice {

  FileDevice(Path path, Access access) throws IOException {
    super(path, access, 1, Set.of());
  }
}
