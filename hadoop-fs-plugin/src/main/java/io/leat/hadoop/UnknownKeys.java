package io.leat.hadoop;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of {@code fs.leat.*} keys that nobody reads, once per process and key. Any thread. */
final class UnknownKeys {
  private static final Logger LOG = LoggerFactory.getLogger(UnknownKeys.class);

  /** More than this many misspelt keys are not worth a line each. */
  private static final int REPORTED_MAX = 100;

  private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

  private UnknownKeys() {}

  static void report(Configuration conf) {
    for (Map.Entry<String, String> entry : conf) {
      String key = entry.getKey();
      if (key.startsWith(LeatKeys.PREFIX)
          && !LeatKeys.isKnown(key)
          && REPORTED.size() < REPORTED_MAX
          && REPORTED.add(key)) {
        LOG.warn("{} is not a key of Leat's and does nothing; did you mean {}?", key, nearest(key));
      }
    }
  }

  /** The known key with the smallest edit distance. */
  static String nearest(String key) {
    String nearest = LeatKeys.MDS_ADDRESSES;
    int least = Integer.MAX_VALUE;
    for (String known : LeatKeys.FIXED) {
      int distance = distance(key, known);
      if (distance < least) {
        least = distance;
        nearest = known;
      }
    }
    return nearest;
  }

  /** Levenshtein's distance, one row at a time. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
