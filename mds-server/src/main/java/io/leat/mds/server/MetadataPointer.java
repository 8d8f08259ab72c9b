package io.leat.mds.server;

import io.leat.mds.journal.AreaDirectories;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the metadata of a virtual server stands, as the cell knows it.
 *
 * @param area UUID of the metadata area: whatever else is found under a path is another one
 * @param directories of the area on the host that made it
 */
record MetadataPointer(UUID area, AreaDirectories directories) {

  private static final Pattern TEXT = Pattern.compile("area ([0-9a-f-]{36}) in (.+)");

  String text() {
    return "area " + area + " in " + directories;
  }

  /** Empty for a text of another form. */
  static Optional<MetadataPointer> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches() && AreaDirectories.isList(matcher.group(2))
        ? Optional.of(
            new MetadataPointer(
                UUID.fromString(matcher.group(1)),
                AreaDirectories.parse(matcher.group(2), path -> path)))
        : Optional.empty();
  }
}
