package io.leat.mds.check;

import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.proto.DelegatedRange;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.model.ByteRange;
import java.util.Optional;

/** Write leases: their files, sessions, space and their index by session. */
final class LeaseCheck {

  private final ImageReader image;
  private final Findings findings;
  private final InodeIndex index;
  private final Space space;

  /** The file of the lease before, and the lease of it that reaches furthest. */
  private long lastFile;

  private ByteRange lastRange;

  LeaseCheck(ImageReader image, Findings findings, InodeIndex index, Space space) {
    this.image = image;
    this.findings = findings;
    this.index = index;
    this.space = space;
  }

  void run() {
    image.scan(
        new byte[] {'W'},
        null,
        (key, value) -> {
          if (Records.fault(key, value).isEmpty()) {
            lease(Keys.number(key, 0), Records.lease(key, value).orElseThrow());
          }
          return true;
        });
    image.scan(
        new byte[] {'L'},
        null,
        (key, value) -> {
          if (Records.fault(key, value).isEmpty()) {
            indexed(key);
          }
          return true;
        });
  }

  private void lease(long file, LeaseRecord lease) {
    String where = "file " + index.describe(file);
    if (!index.isKnown(file)) {
      findings.add(
          FindingKind.LEASE_WITHOUT_FILE,
          where,
          "%s has the write lease of a file that does not exist".formatted(lease.getHolder()));
    }
    ByteRange range = Namespace.rangeOf(lease);
    if (lastRange == null || file != lastFile) {
      lastFile = file;
      lastRange = range;
    } else if (range.overlaps(lastRange)) {
      findings.add(
          FindingKind.LEASES_OVERLAP,
          where,
          "%s has the write lease of %s, others that of %s"
              .formatted(lease.getHolder(), range, lastRange));
    }
    if (range.end() > lastRange.end()) {
      lastRange = range;
    }
    byte[] indexKey = Keys.leaseOf(file, lease);
    if (!image.contains(indexKey)) {
      findings.add(
          FindingKind.LEASE_INDEX_WRONG,
          where,
          "its lease does not stand in the index of session " + lease.getSession(),
          Mutation.put(indexKey, new byte[0]));
    }
    if (!image.contains(Keys.session(lease.getSession()))) {
      findings.add(
          FindingKind.LEASE_WITHOUT_SESSION,
          where,
          "its lease is held by session %d (%s), which does not exist"
              .formatted(lease.getSession(), lease.getHolder()));
    }
    for (DelegatedRange blocks : lease.getDelegatedList()) {
      space.own(
          blocks.getVolume(), blocks.getBlock(), blocks.getCount(), Owner.DELEGATED.pack(file));
    }
  }

  private void indexed(byte[] key) {
    long session = Keys.number(key, 0);
    long file = Keys.number(key, 1);
    byte[] leaseKey = Keys.indexedLease(key);
    byte[] value = image.get(leaseKey);
    if (value != null) {
      Optional<LeaseRecord> lease = Records.lease(leaseKey, value);
      if (lease.isEmpty() || lease.get().getSession() == session) {
        return; // right, or unreadable and reported as that
      }
    }
    findings.add(
        FindingKind.LEASE_INDEX_WRONG,
        "session " + session,
        "the index says that it holds the write lease of file %s, which %s"
            .formatted(index.describe(file), value == null ? "has none" : "another session holds"),
        Mutation.delete(key));
  }
}
