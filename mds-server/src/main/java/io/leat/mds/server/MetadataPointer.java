package io.leat.mds.server;

import io.leat.mds.journal.AreaPaths;
import io.leat.mds.journal.MetadataArea;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the metadata of a virtual server stands, as the cell knows it.
 *
 * @param area UUID of the metadata area: whatever else is found under a path is another one
 * @param paths of the area on the host that made it
 */
record MetadataPointer(UUID area, AreaPaths paths) {

  private static final Logger LOG = LoggerFactory.getLogger(MetadataPointer.class);

  private static final Pattern TEXT = Pattern.compile("area ([0-9a-f-]{36}) in (.+)");

  String text() {
    return "area " + area + " in " + paths;
  }

  /**
   * Opens the area of a virtual server; the caller closes it.
   *
   * @throws IOException when it is not there, or another one is
   */
  MetadataArea open(String virtualServer) throws IOException {
    MetadataArea found = paths.open(virtualServer);
    if (!found.identity().uuid().equals(area)) {
      found.close();
      throw new IOException(
          "the metadata of virtual server %s stands in %s, but there is area %s"
              .formatted(virtualServer, text(), found.identity().uuid()));
    }
    return found;
  }

  /** Empty for a text of another form. */
  static Optional<MetadataPointer> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      UUID area = UUID.fromString(matcher.group(1));
      return Optional.of(
          new MetadataPointer(area, AreaPaths.parse(matcher.group(2), path -> path)));
    } catch (IllegalArgumentException e) {
      LOG.warn("where metadata stands is not understood: {}", text, e);
      return Optional.empty();
    }
  }
}
