package io.leat.benchmarks;

import io.leat.hadoop.CreateOptionKeys;
import io.leat.mds.config.ConfigKey;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Writes {@code docs/configuration.md} from the keys in the code. */
final class ConfigurationPage {
  private static final String START =
      """
      <!-- Generated from the code by dev/gen-docs; change it there. -->
      # Configuration

      Servers read `leat-site.xml`, clients `core-site.xml`, both in the format of Hadoop's configuration files.
      Sizes take the suffixes `k`, `m`, `g`, `t` and `p` (powers of 1024), times `ms`, `s`, `m`, `h` and `d`; a time
      without a suffix is in milliseconds. Unknown `leat.*` and `fs.leat.*` keys are reported when they are read.

      """;

  private static final String SERVERS =
      """
      ## Servers: leat-site.xml

      Of an embedded cell it stands in `DIR/conf`; `leat mds start --conf DIR` reads it from `DIR`. In a key, and in its
      default, `NAME` stands for a virtual server's name.

      """;

  private static final String CLIENTS =
      """

      ## Clients: core-site.xml

      An embedded cell writes these to `DIR/conf/core-site.xml`: `fs.defaultFS`, `fs.leat.impl`,
      `fs.AbstractFileSystem.leat.impl` and `fs.leat.mds.addresses`. `NAME` stands for a virtual server's name, `VOLUME`
      for a volume's.

      """;

  private static final String OPTIONS =
      """

      ## Options of createFile

      For `FileSystem.createFile(path).must(key, value)`; they are read from nowhere else.

      """;

  private static final String HEAD = "| key | values | default | |\n|---|---|---|---|\n";

  private ConfigurationPage() {}

  static String text() {
    return START + SERVERS + HEAD + servers() + CLIENTS + HEAD + clients() + OPTIONS + HEAD
        + options();
  }

  private static String servers() {
    return Arrays.stream(ConfigKey.values())
        .map(
            key ->
                row(
                    key.template(),
                    key.range(),
                    key.required() ? "none: must be given" : key.defaultText(),
                    key.description()))
        .collect(Collectors.joining());
  }

  private static String clients() {
    List<ClientKey> keys = ClientKey.all();
    return keys.stream()
        .map(key -> row(key.name(), key.values(), key.defaultText(), key.description()))
        .collect(Collectors.joining());
  }

  private static String options() {
    return row(
            CreateOptionKeys.RANGE_OFFSET,
            "bytes, 0 and more",
            "none: all of the file",
            "First byte that the stream writes, beside other streams that have other ranges of the file.")
        + row(
            CreateOptionKeys.RANGE_LENGTH,
            "bytes, 1 and more",
            "all that follow",
            "How many bytes the stream may write.");
  }

  private static String row(String key, String values, String defaultText, String description) {
    String shown = defaultText.isEmpty() ? "empty" : defaultText;
    return "| `%s` | %s | %s | %s |%n".formatted(key, values, shown, description);
  }
}
