package io.leat.mds.cell;

import io.leat.mds.config.ConfigKey;
import io.leat.mds.config.LeatConfiguration;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.volume.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Makes the volumes of an embedded cell, as sparse files, where they do not exist yet. */
final class VolumeFiles {

  /** What a new volume may take of the disk's free space. */
  private static final double SHARE_OF_FREE_SPACE = 0.9;

  private static final long STEP_BYTES = 1L << 20;

  private VolumeFiles() {}

  /**
   * Makes what is missing.
   *
   * @return sentences for the user
   * @throws IOException also when a volume is missing that metadata refers to
   */
  static List<String> create(LeatConfiguration configuration) throws IOException {
    List<String> notes = new ArrayList<>();
    for (VirtualServerStorage storage : configuration.mds().virtualServers()) {
      if (!Files.exists(storage.volume())) {
        requireNoMetadata(storage);
        notes.addAll(create(storage, configuration.volumeBytes()));
      }
    }
    return notes;
  }

  private static List<String> create(VirtualServerStorage storage, long wantedBytes)
      throws IOException {
    Path directory = storage.volume().toAbsolutePath().getParent();
    Files.createDirectories(directory);
    long free = Files.getFileStore(directory).getUsableSpace();
    long bytes = sizeFor(wantedBytes, free);
    if (bytes < ConfigKey.VOLUME_SIZE.min()) {
      throw new IOException(
          "only %s are free at %s, too little for a volume; choose another directory for the cell"
              .formatted(Sizes.of(free), directory));
    }
    Volumes.format(storage.volume(), UUID.randomUUID(), storage.volumeName(), bytes, false);
    if (bytes == wantedBytes) {
      return List.of();
    }
    return List.of(
        "volume %s has %s instead of %s, for that is what the disk has free"
            .formatted(storage.volume(), Sizes.of(bytes), Sizes.of(wantedBytes)));
  }

  /** What is wanted, or less where the disk has not that much; whole MiB. */
  static long sizeFor(long wantedBytes, long freeBytes) {
    long most = (long) (freeBytes * SHARE_OF_FREE_SPACE);
    return Math.min(wantedBytes, most) / STEP_BYTES * STEP_BYTES;
  }

  private static void requireNoMetadata(VirtualServerStorage storage) throws IOException {
    for (Path directory : storage.metadata().paths()) {
      if (Files.isDirectory(directory) && !isEmpty(directory)) {
        throw new IOException(
            "the volume %s of virtual server %s is missing, but %s refers to it; bring it back"
                .formatted(storage.volume(), storage.name(), directory));
      }
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }
}
