package io.leat.mds.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a metadata area is, as it stands in a file or at the beginning of a device: lines of {@code
 * key=value}, for people too.
 */
final class IdentityText {

  static final String NAME = "identity";

  /** Longest file that is read, bytes. */
  private static final int BYTES_MAX = 4096;

  private static final String FORMAT = "leat-metadata-area";
  private static final String VERSION = "1";

  /** Of an area of which a device was replaced: older software would take the replaced one. */
  private static final String VERSION_REPLACED = "2";

  private static final String GENERATIONS = "generations";

  private IdentityText() {}

  static String encode(AreaIdentity identity) {
    return """
        %s=%s
        uuid=%s
        virtual-server=%s
        lanes=%d
        segment-bytes=%d
        lane-segments-max=%d
        """
            .formatted(
                FORMAT,
                identity.newestGeneration() == 0 ? VERSION : VERSION_REPLACED,
                identity.uuid(),
                identity.virtualServer(),
                identity.lanes(),
                identity.segmentBytes(),
                identity.laneSegmentsMax())
        + (identity.devices() == 1
            ? ""
            : "device=%d/%d\n".formatted(identity.device() + 1, identity.devices()))
        + (identity.newestGeneration() == 0
            ? ""
            : GENERATIONS
                + identity.generations().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(",", "=", "\n")));
  }

  /**
   * @throws ForeignAreaException when there is no such file, or one that this code does not know
   */
  static AreaIdentity read(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw foreign(file, "it is longer than " + BYTES_MAX + " bytes");
      }
      return decode(file, Files.readString(file));
    } catch (NoSuchFileException e) {
      throw foreign(file, "there is no such file");
    }
  }

  private static AreaIdentity decode(Path file, String text) throws IOException {
    return decode(file, values(text));
  }

  /** The lines of a text. */
  static Map<String, String> values(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    text.lines()
        .map(line -> line.split("=", 2))
        .forEach(pair -> values.put(pair[0], pair[pair.length - 1]));
    return values;
  }

  /**
   * What {@link #values} say.
   *
   * @param file where they stand, for messages
   */
  static AreaIdentity decode(Object file, Map<String, String> values) throws IOException {
    if (!List.of(VERSION, VERSION_REPLACED).contains(values.getOrDefault(FORMAT, ""))) {
      throw foreign(file, "its first line is not " + FORMAT + "=" + VERSION);
    }
    String[] device = values.getOrDefault("device", "1/1").split("/", 2);
    if (device.length != 2) {
      throw foreign(file, "its line 'device' is not like 1/3");
    }
    try {
      return new AreaIdentity(
          UUID.fromString(values.getOrDefault("uuid", "")),
          values.getOrDefault("virtual-server", ""),
          Integer.parseInt(values.get("lanes")),
          Integer.parseInt(values.get("segment-bytes")),
          Integer.parseInt(values.get("lane-segments-max")),
          Integer.parseInt(device[0]) - 1,
          Integer.parseInt(device[1]),
          generations(values, device[1]));
    } catch (IllegalArgumentException e) {
      throw foreign(file, e.getMessage());
    }
  }

  private static List<Integer> generations(Map<String, String> values, String devices) {
    return values.containsKey(GENERATIONS)
        ? Stream.of(values.get(GENERATIONS).split(",", -1)).map(Integer::valueOf).toList()
        : Collections.nCopies(Integer.parseInt(devices), 0);
  }

  static ForeignAreaException foreign(Object file, String why) {
    return new ForeignAreaException(
        "%s does not describe a metadata area that can be used: %s".formatted(file, why));
  }
}
