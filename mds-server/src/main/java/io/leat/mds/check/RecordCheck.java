package io.leat.mds.check;

import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;

/**
 * Every record by itself: does it parse, and is its table known? Later scans pass by what fails.
 */
final class RecordCheck {

  private RecordCheck() {}

  static void run(ImageReader image, Findings findings) {
    image.scan(
        new byte[0],
        null,
        (key, value) -> {
          check(key, value, findings);
          return true;
        });
    if (!image.contains(Keys.counters())) {
      findings.add(FindingKind.UNREADABLE_RECORD, "record C", "the image has no counters record");
    }
  }

  private static void check(byte[] key, byte[] value, Findings findings) {
    if (!Records.isKnown(key)) {
      findings.add(
          FindingKind.UNKNOWN_RECORD,
          Records.describe(key),
          "this version of Leat knows no such table");
    }
    Records.fault(key, value)
        .ifPresent(
            fault -> findings.add(FindingKind.UNREADABLE_RECORD, Records.describe(key), fault));
  }
}
