package io.leat.hadoop;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.hadoop.fs.permission.FsPermission;

/** One object for each permission: there are few, and a listing has one for each entry. */
final class Permissions {

  private static final int MODE_MAX = 01777;

  private static final AtomicReferenceArray<FsPermission> BY_MODE =
      new AtomicReferenceArray<>(MODE_MAX + 1);

  private Permissions() {}

  /**
   * The permission of these bits. Shared: Hadoop never changes a status's permission in place.
   *
   * @param mode 0 to 01777
   */
  static FsPermission of(int mode) {
    FsPermission known = BY_MODE.get(mode);
    if (known == null) {
      known = new FsPermission((short) mode);
      BY_MODE.set(mode, known);
    }
    return known;
  }
}
