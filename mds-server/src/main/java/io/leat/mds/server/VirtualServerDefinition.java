package io.leat.mds.server;

import io.leat.mds.config.ConfigKey;
import io.leat.mds.journal.AreaPaths;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What a virtual server consists of, as it stands in its metadata area: every host that reaches the
 * area can bring the virtual server up (H3). Lines of {@code key=value}, for people too:
 *
 * <pre>
 * leat-virtual-server=1
 * name=demo
 * level=1
 * service-address=
 * image-bytes=4294967296
 * mount./=data
 * volume.data.uuid=...
 * volume.data.path=/leat/data.vol
 * volume.data.direct=false
 * </pre>
 *
 * @param name of the virtual server
 * @param level of all that stands in the area and the image, {@link Levels}
 * @param serviceAddress of its own, which moves with it; empty for that of its server
 * @param volumeName by which clients' {@code fs.leat.path.VOLUME} means the volume that is mounted
 *     at the root
 * @param volume UUID in its header
 * @param path where its hosts find it
 * @param direct past the page cache
 * @param imageBytes largest size of the namespace image
 */
record VirtualServerDefinition(
    String name,
    int level,
    String serviceAddress,
    String volumeName,
    UUID volume,
    Path path,
    boolean direct,
    long imageBytes) {

  private static final String FORMAT = "leat-virtual-server";
  private static final String VERSION = "1";
  private static final String ROOT = "mount./";

  /** Where only older records have none. */
  private static final String FIRST_LEVEL = "1";

  static VirtualServerDefinition of(VirtualServerStorage storage, int level, UUID volume) {
    return new VirtualServerDefinition(
        storage.name(),
        level,
        "",
        storage.volumeName(),
        volume,
        storage.volume().toAbsolutePath(),
        storage.direct(),
        storage.imageBytes());
  }

  String encode() {
    Map<String, Object> lines = new LinkedHashMap<>();
    lines.put(FORMAT, VERSION);
    lines.put("name", name);
    lines.put("level", level);
    lines.put("service-address", serviceAddress);
    lines.put("image-bytes", imageBytes);
    lines.put(ROOT, volumeName);
    lines.put(ofVolume(volumeName, "uuid"), volume);
    lines.put(ofVolume(volumeName, "path"), path);
    lines.put(ofVolume(volumeName, "direct"), direct);
    return lines.entrySet().stream()
        .map(line -> line.getKey() + "=" + line.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private static String ofVolume(String volumeName, String what) {
    return "volume." + volumeName + "." + what;
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @param where it stands, for messages
   * @throws IOException when it is not whole, or of a version that this code does not know
   */
  static VirtualServerDefinition decode(String text, Object where) throws IOException {
    Map<String, String> values =
        text.lines()
            .filter(line -> line.indexOf('=') > 0)
            .map(line -> line.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, later) -> later));
    if (!VERSION.equals(values.get(FORMAT))) {
      throw new IOException(
          "the configuration in %s does not begin with %s=%s".formatted(where, FORMAT, VERSION));
    }
    String volumeName = get(values, ROOT, where);
    try {
      return new VirtualServerDefinition(
          get(values, "name", where),
          Integer.parseInt(values.getOrDefault("level", FIRST_LEVEL)),
          get(values, "service-address", where),
          volumeName,
          UUID.fromString(get(values, ofVolume(volumeName, "uuid"), where)),
          Path.of(get(values, ofVolume(volumeName, "path"), where)),
          Boolean.parseBoolean(get(values, ofVolume(volumeName, "direct"), where)),
          Long.parseLong(get(values, "image-bytes", where)));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "the configuration in %s is damaged: %s".formatted(where, e.getMessage()), e);
    }
  }

  private static String get(Map<String, String> values, String key, Object where)
      throws IOException {
    String value = values.get(key);
    if (value == null) {
      throw new IOException("the configuration in %s has no line '%s='".formatted(where, key));
    }
    return value;
  }

  /**
   * Reads the definition of a virtual server that the cell knows.
   *
   * @throws IOException when the area is not there, or another one, or has no definition
   */
  static VirtualServerDefinition read(String name, MetadataPointer pointer) throws IOException {
    try (MetadataArea area = pointer.open(name)) {
      return read(area);
    }
  }

  /**
   * Reads the definition in an area; of several devices one may have missed a change.
   *
   * @return the one at the highest level
   * @throws IOException also when there is none yet
   */
  static VirtualServerDefinition read(MetadataArea area) throws IOException {
    return readEach(area).stream()
        .max(Comparator.comparingInt(VirtualServerDefinition::level))
        .orElseThrow(
            () ->
                new IOException(
                    "the metadata area %s has no configuration yet; a server that has %s in %s writes it"
                        .formatted(
                            area,
                            area.identity().virtualServer(),
                            ConfigKey.MDS_VIRTUAL_SERVERS.template())));
  }

  /** As it stands on each device that can be read. */
  static List<VirtualServerDefinition> readEach(MetadataArea area) throws IOException {
    List<VirtualServerDefinition> found = new ArrayList<>();
    for (String text : area.configurations()) {
      found.add(decode(text, area));
    }
    return found;
  }

  /** The same at another level. */
  VirtualServerDefinition at(int newLevel) {
    return new VirtualServerDefinition(
        name, newLevel, serviceAddress, volumeName, volume, path, direct, imageBytes);
  }

  /** The same with an image of at most so many bytes. */
  VirtualServerDefinition withImageOf(long bytesMax) {
    return new VirtualServerDefinition(
        name,
        level,
        serviceAddress,
        volumeName,
        volume,
        path,
        direct,
        Math.min(imageBytes, bytesMax));
  }

  /** Where its parts stand for a server. */
  VirtualServerStorage storage(AreaPaths metadata, Path home) {
    return new VirtualServerStorage(
        name,
        metadata,
        home.resolve("virtual-servers").resolve(name).resolve("image"),
        path,
        volumeName,
        direct,
        imageBytes);
  }
}
