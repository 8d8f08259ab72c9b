package io.leat.mds.check;

import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;

/** Sessions, and what belongs to sessions and files without owning blocks. */
final class SessionCheck {

  private final ImageReader image;
  private final Findings findings;
  private final InodeIndex index;
  private long highestSession;

  SessionCheck(ImageReader image, Findings findings, InodeIndex index) {
    this.image = image;
    this.findings = findings;
    this.index = index;
  }

  void run() {
    image.scan(
        Keys.sessions(),
        null,
        (key, value) -> {
          if (key.length == 9) {
            highestSession = Math.max(highestSession, Keys.number(key, 0));
          }
          return true;
        });
    image.scan(new byte[] {'R'}, null, (key, value) -> reply(key));
    image.scan(new byte[] {'X'}, null, (key, value) -> xattr(key));
  }

  long highestSession() {
    return highestSession;
  }

  private boolean reply(byte[] key) {
    if (key.length == 17 && !image.contains(Keys.session(Keys.number(key, 0)))) {
      findings.add(
          FindingKind.ORPHANED_REPLY,
          "session %d, slot %d".formatted(Keys.number(key, 0), Keys.number(key, 1)),
          "there is no such session",
          Mutation.delete(key));
    }
    return true;
  }

  private boolean xattr(byte[] key) {
    if (key.length > 9 && !index.isKnown(Keys.number(key, 0))) {
      findings.add(
          FindingKind.ORPHANED_XATTR,
          "file %d, attribute %s".formatted(Keys.number(key, 0), Keys.xattrName(key)),
          "there is no such file",
          Mutation.delete(key));
    }
    return true;
  }
}
