package io.leat.mds.server;

import io.leat.mds.image.Image;
import io.leat.mds.image.LmdbImage;
import io.leat.mds.image.WriteBehindImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Opens an image on this host.
 *
 * <p>The image is a disposable cache: its files survive the death of the process, but not of the
 * host, because they are not flushed. So they are used only under the boot id they were made under;
 * {@link ImageRecovery} decides whether what they hold is history.
 */
final class ImageStore {

  private ImageStore() {}

  /** Opens the image in {@code directory}; empty when a host crash may have torn it. */
  static Image open(Path directory, long capacityBytes) throws IOException {
    String boot = HostBoot.id();
    Path mark = directory.resolveSibling(directory.getFileName() + ".boot-id");
    boolean sameBoot = boot.equals(readMark(mark));
    Image image =
        sameBoot
            ? LmdbImage.open(directory, capacityBytes)
            : LmdbImage.openEmpty(directory, capacityBytes);
    Files.write(mark, boot.getBytes(StandardCharsets.UTF_8));
    return new WriteBehindImage(image);
  }

  /** The image in {@code directory}, if there is one that a host crash cannot have torn. */
  static Optional<Image> openWarm(Path directory, long capacityBytes) throws IOException {
    String boot = HostBoot.id();
    Path mark = directory.resolveSibling(directory.getFileName() + ".boot-id");
    return boot.equals(readMark(mark)) && Files.isDirectory(directory)
        ? Optional.of(LmdbImage.open(directory, capacityBytes))
        : Optional.empty();
  }

  private static String readMark(Path mark) throws IOException {
    try {
      return Files.readString(mark).strip();
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
