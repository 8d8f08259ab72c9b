package io.leat.mds.check;

import io.leat.mds.check.Records.RawExtent;
import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.proto.InodeRecord;

/** One inode against its extents, lease and mark. */
final class FileCheck {

  private final ImageReader image;
  private final Findings findings;
  private final InodeIndex index;

  FileCheck(ImageReader image, Findings findings, InodeIndex index) {
    this.image = image;
    this.findings = findings;
    this.index = index;
  }

  void entry(byte[] key, InodeRecord inode) {
    long id = inode.getFileId();
    if (!index.isHome(key, id)) {
      return; // a second entry of an inode, reported as that
    }
    if (inode.getDirectory()) {
      directory(id);
      return;
    }
    extents(id, inode.getSize(), Keys.number(key, 0) == Namespace.DELETED);
    boolean leased = image.containsAny(Keys.lease(id));
    if (leased != inode.getUnderConstruction()) {
      findings.add(
          FindingKind.CONSTRUCTION_MARK_WRONG,
          "file " + index.describe(id),
          leased
              ? "it has a write lease and is not marked as being written"
              : "it is marked as being written and has no write lease");
    }
  }

  private void directory(long id) {
    boolean hasExtents = image.containsAny(Keys.extents(id));
    boolean hasPinned = image.containsAny(Keys.pinnedBy(id));
    if (hasExtents || hasPinned || image.containsAny(Keys.lease(id))) {
      findings.add(
          FindingKind.DIRECTORY_WITH_DATA,
          "directory " + index.describe(id),
          "it has " + (hasExtents ? "extents" : hasPinned ? "pinned blocks" : "a write lease"));
    }
  }

  private void extents(long id, long size, boolean mayBeReclaimed) {
    Walk walk = new Walk();
    image.scan(
        Keys.extents(id),
        null,
        (key, value) -> {
          Records.extent(key, value).ifPresentOrElse(walk::take, () -> walk.unreadable = true);
          return true;
        });
    if (walk.unreadable) {
      return;
    }
    if (walk.overlapAt >= 0) {
      findings.add(
          FindingKind.EXTENTS_OVERLAP,
          "file " + index.describe(id),
          "two extents hold byte " + walk.overlapAt);
      return;
    }
    boolean right = walk.end == size || (mayBeReclaimed && walk.end < size);
    if (walk.gapAt >= 0 || !right) {
      String gap = walk.gapAt >= 0 ? ", nothing holds byte " + walk.gapAt : "";
      findings.add(
          FindingKind.SIZE_MISMATCH,
          "file " + index.describe(id),
          "its size is %d and its extents hold %d bytes, the last one ending at %d%s"
              .formatted(size, walk.sum, walk.end, gap));
    }
  }

  /** Extents of one file, in order. */
  private static final class Walk {
    private long end;
    private long sum;
    private long gapAt = -1;
    private long overlapAt = -1;
    private boolean unreadable;

    void take(RawExtent extent) {
      if (extent.offset() < end && overlapAt < 0) {
        overlapAt = extent.offset();
      }
      if (extent.offset() > end && gapAt < 0) {
        gapAt = end;
      }
      end = Math.max(end, extent.end());
      sum += extent.length();
    }
  }
}
