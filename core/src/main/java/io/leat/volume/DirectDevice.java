package io.leat.volume;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * A block device or file read and written past the kernel's page cache (O_DIRECT).
 *
 * <p>The alignment is what the file system behind the path asks for. Heap buffers are allowed: they
 * are copied through an aligned one. Bytes after the last whole multiple of the alignment are out
 * of reach and not part of {@link #size()}.
 */
final class DirectDevice extends AbstractFileDevice {

  DirectDevice(Path path, Access access) throws IOException {
    super(path, access, alignmentOf(path), Set.of(ExtendedOpenOption.DIRECT));
  }

  private static int alignmentOf(Path path) throws IOException {
    long bytes = Files.getFileStore(path).getBlockSize();
    if (bytes < 1 || bytes > BounceBuffers.ALIGNMENT || Long.bitCount(bytes) != 1) {
      throw new FileSystemException(
          path.toString(),
          null,
          "direct access would need an alignment of %d bytes; at most %d is supported, a power of two"
              .formatted(bytes, BounceBuffers.ALIGNMENT));
    }
    return (int) bytes;
  }
}
