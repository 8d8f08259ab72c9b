package io.leat.mds.cell;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Writes configuration files in Hadoop's format, with a comment for the person who opens them. */
public final class ConfigurationFile {

  private ConfigurationFile() {}

  /** Replaces {@code file}; settings come in the map's order. */
  public static void write(Path file, String comment, Map<String, String> settings)
      throws IOException {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?>\n<!-- ");
    xml.append(comment).append(" -->\n<configuration>\n");
    settings.forEach(
        (key, value) ->
            xml.append("  <property>\n    <name>")
                .append(escape(key))
                .append("</name>\n    <value>")
                .append(escape(value))
                .append("</value>\n  </property>\n"));
    PropertyFile.replace(file, xml.append("</configuration>\n").toString());
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
