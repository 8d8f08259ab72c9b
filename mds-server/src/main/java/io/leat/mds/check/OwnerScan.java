package io.leat.mds.check;

import io.leat.mds.check.Records.RawExtent;
import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Values;
import io.leat.mds.namespace.proto.DelegatedRange;
import io.leat.mds.namespace.proto.PoolRecord;
import io.leat.model.ChecksumKind;

/** Reads who owns blocks: extents, pinned and quarantined ranges. Notices owners that are gone. */
final class OwnerScan {

  private final ImageReader image;
  private final Findings findings;
  private final InodeIndex index;
  private final Space space;
  private long file;
  private boolean fileKnown;
  private long extents;
  private long quarantined;
  private long pooled;

  OwnerScan(ImageReader image, Findings findings, InodeIndex index, Space space) {
    this.image = image;
    this.findings = findings;
    this.index = index;
    this.space = space;
  }

  void run() {
    image.scan(
        new byte[] {'E'},
        null,
        (key, value) -> {
          Records.extent(key, value).ifPresent(extent -> extent(key, extent));
          return true;
        });
    image.scan(new byte[] {'P'}, null, (key, value) -> pinned(key, value));
    image.scan(Keys.quarantine(), null, (key, value) -> quarantined(key, value));
    image.scan(
        Keys.pools(),
        null,
        (key, value) -> {
          if (Records.fault(key, value).isEmpty()) {
            pooled(Keys.number(key, 0), Records.pool(value).orElseThrow());
          }
          return true;
        });
    image.scan(Keys.allHeld(), null, (key, value) -> held(key));
  }

  long extents() {
    return extents;
  }

  long quarantinedBlocks() {
    return quarantined;
  }

  long pooledBlocks() {
    return pooled;
  }

  private void extent(byte[] key, RawExtent extent) {
    extents++;
    String where = "file %d, extent at byte %d".formatted(extent.file(), extent.offset());
    if (!isKnown(extent.file())) {
      findings.add(
          FindingKind.ORPHANED_EXTENT,
          where,
          "there is no such file; "
              + (!extent.onVolume()
                  ? extent.length() + " bytes on no volume"
                  : Space.blocksText(extent.volume(), extent.block(), extent.blockEnd())),
          Mutation.delete(key));
    }
    if (!isChecksumKind(extent.checksumKind())) {
      findings.add(
          FindingKind.CHECKSUM_KIND_UNKNOWN,
          where,
          "its checksum is of kind " + Byte.toUnsignedInt(extent.checksumKind()));
    }
    if (extent.onVolume()) {
      space.own(
          extent.volume(),
          extent.block(),
          extent.blockEnd() - extent.block(),
          Owner.EXTENT.pack(extent.file()));
    }
  }

  private static boolean isChecksumKind(byte number) {
    for (ChecksumKind kind : ChecksumKind.values()) {
      if (kind.number() == number) {
        return true;
      }
    }
    return false;
  }

  private boolean pinned(byte[] key, byte[] value) {
    if (Records.fault(key, value).isPresent()) {
      return true;
    }
    long by = Keys.number(key, 0);
    int volume = Math.toIntExact(Keys.number(key, 1));
    long block = Keys.number(key, 2);
    if (!isKnown(by)) {
      findings.add(
          FindingKind.ORPHANED_PIN,
          "file %d, pinned %s"
              .formatted(by, Space.blocksText(volume, block, block + Values.count(value))),
          "there is no such file",
          Mutation.delete(key));
    }
    space.own(volume, block, Values.count(value), Owner.PINNED.pack(by));
    return true;
  }

  private boolean quarantined(byte[] key, byte[] value) {
    if (Records.fault(key, value).isEmpty()) {
      quarantined += Values.count(value);
      space.own(
          Math.toIntExact(Keys.number(key, 2)),
          Keys.number(key, 3),
          Values.count(value),
          Owner.QUARANTINED.pack(Keys.number(key, 0)));
    }
    return true;
  }

  private void pooled(long session, PoolRecord pool) {
    requireSession(session, "space for small files");
    for (DelegatedRange range : pool.getDelegatedList()) {
      pooled += range.getCount();
      space.own(range.getVolume(), range.getBlock(), range.getCount(), Owner.POOLED.pack(session));
    }
  }

  private boolean held(byte[] key) {
    if (key.length == 17) {
      requireSession(Keys.number(key, 0), "what stream " + Keys.number(key, 1) + " might write");
    }
    return true;
  }

  private void requireSession(long session, String what) {
    if (!image.contains(Keys.session(session))) {
      findings.add(
          FindingKind.SPACE_WITHOUT_SESSION,
          "session " + session,
          "there is no such session, and " + what + " is kept for it");
    }
  }

  /** Rows of a file stand together, so the last answer is mostly the next one. */
  private boolean isKnown(long id) {
    if (id != file) {
      file = id;
      fileKnown = index.isKnown(id);
    }
    return fileKnown;
  }
}
