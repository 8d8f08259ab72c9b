package io.leat.mds.journal;

import io.leat.mds.journal.MirroredArea.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a metadata area stands: in a directory, or in {@link AreaIdentity#DEVICES_MAX} of them,
 * each on a device of its own, in an order that stays.
 *
 * @param paths in their order
 */
public record AreaDirectories(List<Path> paths) {

  private static final String SEPARATOR = ",";

  public AreaDirectories {
    paths = List.copyOf(paths);
    if (paths.size() != 1 && paths.size() != AreaIdentity.DEVICES_MAX) {
      throw new IllegalArgumentException(
          "a metadata area stands in 1 directory or in %d, not in %d: %s"
              .formatted(AreaIdentity.DEVICES_MAX, paths.size(), paths));
    }
    if (new HashSet<>(paths).size() != paths.size()) {
      throw new IllegalArgumentException("a directory is named twice: " + paths);
    }
  }

  /** One directory. */
  public static AreaDirectories of(Path path) {
    return new AreaDirectories(List.of(path));
  }

  /**
   * What {@link #toString} wrote, or a person: paths with commas between them.
   *
   * @param each what is to be done with each of them
   * @throws IllegalArgumentException when they are no such paths
   */
  public static AreaDirectories parse(String text, UnaryOperator<Path> each) {
    return new AreaDirectories(
        Stream.of(text.split(SEPARATOR, -1)).map(String::trim).map(Path::of).map(each).toList());
  }

  /** Whether there is a directory at all. */
  public boolean exist() {
    return paths.stream().anyMatch(Files::exists);
  }

  /**
   * Opens the area of a virtual server.
   *
   * @throws ForeignAreaException when a directory is no area, or another virtual server's
   * @throws IOException also when it cannot be used on a majority of devices
   */
  public MetadataArea open(String virtualServer) throws IOException {
    if (paths.size() > 1) {
      return MirroredArea.open(
          paths.stream()
              .map(
                  path ->
                      new Member(path.toString(), () -> FileMetadataArea.open(path, virtualServer)))
              .toList());
    }
    FileMetadataArea area = FileMetadataArea.open(paths.get(0), virtualServer);
    AreaIdentity found = area.identity();
    if (found.devices() > 1) {
      area.close();
      throw new ForeignAreaException(
          "%s is device %d of %d of a metadata area; name them all, in their order"
              .formatted(area, found.device() + 1, found.devices()));
    }
    return area;
  }

  /**
   * Opens an area, and makes it first where there is none. Of several that do so at once one makes
   * it. Of an area that was used already no device is made.
   *
   * @param identity of an area on one device; of one that is there, the virtual server's name alone
   *     counts
   */
  public MetadataArea openOrCreate(AreaIdentity identity) throws IOException {
    if (paths.size() == 1) {
      FileMetadataArea.openOrCreate(paths.get(0), identity).close();
    } else if (!isUsed(identity.virtualServer())) {
      create(identity);
    }
    return open(identity.virtualServer());
  }

  /** Whether an owner was ever in it: then an empty device has lost what it had. */
  private boolean isUsed(String virtualServer) throws IOException {
    for (Path path : paths) {
      if (Files.exists(path.resolve(IdentityFile.NAME))) {
        try (FileMetadataArea area = FileMetadataArea.open(path, virtualServer)) {
          EpochCopy epochs = new EpochCopy(area.epochs().get(0), area.identity());
          if (!epochs.read() || epochs.highest() > 0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private void create(AreaIdentity identity) throws IOException {
    List<AreaIdentity> made = new ArrayList<>();
    for (Path path : paths) {
      AreaIdentity wanted = made.isEmpty() ? identity : made.get(0);
      AreaIdentity here = wanted.onDevice(made.size(), paths.size());
      try (FileMetadataArea area = FileMetadataArea.openOrCreate(path, here)) {
        if (!made.isEmpty() && !area.identity().equals(here)) {
          throw new ForeignAreaException(
              "%s is another metadata area already (%s)".formatted(path, area.identity().uuid()));
        }
        made.add(area.identity());
      }
    }
  }

  /** The paths, with commas between them. */
  @Override
  public String toString() {
    return paths.stream().map(Path::toString).collect(Collectors.joining(SEPARATOR));
  }
}
