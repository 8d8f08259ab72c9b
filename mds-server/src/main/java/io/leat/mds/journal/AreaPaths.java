package io.leat.mds.journal;

import io.leat.mds.journal.MirroredArea.Maker;
import io.leat.mds.journal.MirroredArea.Member;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a metadata area stands: in a directory, or in {@link AreaIdentity#DEVICES_MAX} of them,
 * each on a disk of its own, in an order that stays; or on a device that it takes whole and hosts
 * share.
 *
 * @param paths in their order
 * @param device the one path is that of a device, whether or not it is there just now
 */
public record AreaPaths(List<Path> paths, boolean device) {

  /** Makes an area in a directory that is empty. */
  private record DirectoryMaker(Path path) implements Maker {

    @Override
    public void requireBlank() throws IOException {
      FileMetadataArea.requireBlank(path);
    }

    @Override
    public void make(AreaIdentity identity, ByteBuffer epochs, String configuration)
        throws IOException {
      FileMetadataArea.createReplacement(path, identity, epochs, configuration);
    }
  }

  private static final String SEPARATOR = ",";
  private static final String DEVICE = "device:";

  public AreaPaths {
    paths = List.copyOf(paths);
    boolean possible = paths.size() == 1 || (paths.size() == AreaIdentity.DEVICES_MAX && !device);
    if (!possible) {
      throw new IllegalArgumentException(
          "a metadata area stands on 1 device, in 1 directory or in %d, not in %d: %s"
              .formatted(AreaIdentity.DEVICES_MAX, paths.size(), paths));
    }
    if (new HashSet<>(paths).size() != paths.size()) {
      throw new IllegalArgumentException("a directory is named twice: " + paths);
    }
  }

  /** One directory. */
  public static AreaPaths of(Path path) {
    return new AreaPaths(List.of(path), false);
  }

  /**
   * What {@link #toString} wrote, or a person: paths of directories with commas between them, or
   * {@code device:} and the path of one.
   *
   * @param each what is to be done with each of them
   * @throws IllegalArgumentException when they are no such paths
   */
  public static AreaPaths parse(String text, UnaryOperator<Path> each) {
    boolean device = text.startsWith(DEVICE);
    String paths = device ? text.substring(DEVICE.length()) : text;
    if (device && paths.isBlank()) {
      throw new IllegalArgumentException(DEVICE + " is followed by the path of a device");
    }
    return new AreaPaths(
        Stream.of(paths.split(SEPARATOR, -1)).map(String::trim).map(Path::of).map(each).toList(),
        device);
  }

  /** Whether any of them is there at all. */
  public boolean exist() {
    return paths.stream().anyMatch(Files::exists);
  }

  /**
   * Opens the area of a virtual server, for who only reads or uses lanes of one host.
   *
   * @throws IOException as the other
   */
  public MetadataArea open(String virtualServer) throws IOException {
    return open(virtualServer, Optional.empty());
  }

  /**
   * Opens the area of a virtual server.
   *
   * @param holder for whom lanes are acquired; empty for who only reads
   * @throws ForeignAreaException when a path leads to no area, or another virtual server's
   * @throws IOException also when it cannot be used on a majority of devices
   */
  public MetadataArea open(String virtualServer, Optional<LaneHolder> holder) throws IOException {
    if (device) {
      return DeviceMetadataArea.open(paths.get(0), virtualServer, holder);
    }
    if (paths.size() > 1) {
      return MirroredArea.open(
          paths.stream()
              .map(
                  path ->
                      new Member(
                          path.toString(),
                          () -> FileMetadataArea.open(path, virtualServer),
                          new DirectoryMaker(path)))
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
   * Makes sure that an area can be made on a device.
   *
   * @param drainMillis as for {@link #format}
   * @throws IOException when it is not blank or too small
   */
  public void requireBlank(AreaIdentity identity, long drainMillis) throws IOException {
    DeviceMetadataArea.requireBlank(paths.get(0), identity, orDefault(drainMillis));
  }

  private static long orDefault(long drainMillis) {
    return drainMillis == 0 ? DeviceMetadataArea.DRAIN_MILLIS_DEFAULT : drainMillis;
  }

  /**
   * Makes an area on a blank device.
   *
   * @param drainMillis as {@link DeviceMetadataArea#create}; 0 for the default
   * @throws IOException as {@link DeviceMetadataArea#create}, and when it is too small
   */
  public void format(AreaIdentity identity, long drainMillis) throws IOException {
    DeviceMetadataArea.create(paths.get(0), identity, orDefault(drainMillis));
  }

  /**
   * Opens an area, and makes it first where there is none. Of several that do so at once one makes
   * it. Of an area that was used already no device is made, and none on a device that hosts share.
   *
   * @param identity of an area on one device; of one that is there, the virtual server's name alone
   *     counts
   * @param holder as for {@link #open}
   */
  public MetadataArea openOrCreate(AreaIdentity identity, Optional<LaneHolder> holder)
      throws IOException {
    if (device) {
      return open(identity.virtualServer(), holder);
    }
    if (paths.size() == 1) {
      FileMetadataArea.openOrCreate(paths.get(0), identity).close();
    } else if (!isUsed(identity.virtualServer())) {
      create(identity);
    }
    return open(identity.virtualServer(), holder);
  }

  /** Whether an owner was ever in it: then an empty device has lost what it had. */
  private boolean isUsed(String virtualServer) throws IOException {
    for (Path path : paths) {
      if (Files.exists(path.resolve(IdentityText.NAME))) {
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

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return (device ? DEVICE : "")
        + paths.stream().map(Path::toString).collect(Collectors.joining(SEPARATOR));
  }
}
