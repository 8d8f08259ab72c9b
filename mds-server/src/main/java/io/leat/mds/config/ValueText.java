package io.leat.mds.config;

import org.apache.hadoop.util.StringUtils.TraditionalBinaryPrefix;

/** Writes numbers as a configuration file would. */
final class ValueText {
  private static final long SECOND = 1_000;

  private ValueText() {}

  static String of(ValueType type, long value) {
    return switch (type) {
      case BYTES -> bytes(value);
      case DURATION -> value % SECOND == 0 ? value / SECOND + "s" : value + "ms";
      case TEXT, NAMES, PATH, COUNT, FLAG -> Long.toString(value);
    };
  }

  private static String bytes(long value) {
    TraditionalBinaryPrefix[] prefixes = TraditionalBinaryPrefix.values();
    for (int i = prefixes.length - 1; i >= 0; i--) {
      if (value != 0 && value % prefixes[i].value == 0) {
        return value / prefixes[i].value
            + Character.toString(prefixes[i].symbol).toLowerCase(java.util.Locale.ROOT);
      }
    }
    return Long.toString(value);
  }
}
