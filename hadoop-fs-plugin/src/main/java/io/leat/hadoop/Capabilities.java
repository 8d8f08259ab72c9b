package io.leat.hadoop;

import java.util.Set;
import org.apache.hadoop.fs.CommonPathCapabilities;

/** What the file system can do, by Hadoop's names; the same for every path. */
final class Capabilities {

  /** Constants of later Hadoops by value, so that this loads on earlier ones. */
  private static final Set<String> TRUE =
      Set.of(
          CommonPathCapabilities.FS_APPEND,
          CommonPathCapabilities.FS_CHECKSUMS,
          CommonPathCapabilities.FS_CONCAT,
          CommonPathCapabilities.FS_MULTIPART_UPLOADER,
          CommonPathCapabilities.FS_PATHHANDLES,
          CommonPathCapabilities.FS_PERMISSIONS,
          CommonPathCapabilities.FS_TRUNCATE,
          CommonPathCapabilities.FS_XATTRS,
          CommonPathCapabilities.ETAGS_AVAILABLE,
          CommonPathCapabilities.ETAGS_PRESERVED_IN_RENAME,
          CommonPathCapabilities.LEASE_RECOVERABLE,
          CommonPathCapabilities.BULK_DELETE);

  private Capabilities() {}

  /**
   * @param capability in lower case
   */
  static boolean has(String capability) {
    return TRUE.contains(capability);
  }
}
