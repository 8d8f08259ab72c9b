package io.leat.mds.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Finds keys that no server reads: most often a slip of the pen. */
final class UnknownKeys {

  private UnknownKeys() {}

  /** A sentence for each unknown {@code leat.*} key, sorted by key. */
  static List<String> in(Configuration configuration) {
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, String> entry : configuration) {
      String key = entry.getKey();
      if (key.startsWith(ConfigKey.PREFIX)
          && Arrays.stream(ConfigKey.values()).noneMatch(known -> known.matches(key))) {
        found.add(
            "unknown key %s is ignored; the nearest known one is %s".formatted(key, nearest(key)));
      }
    }
    found.sort(Comparator.naturalOrder());
    return List.copyOf(found);
  }

  private static String nearest(String key) {
    return Arrays.stream(ConfigKey.values())
        .map(ConfigKey::template)
        .min(Comparator.comparingInt(template -> distance(key, template)))
        .orElseThrow();
  }

  /** Levenshtein's: how many letters to insert, drop or change. */
  static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
