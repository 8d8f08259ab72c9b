package io.leat.hadoop;

import org.apache.hadoop.fs.statistics.StoreStatisticNames;

/** What a file system counts, each under its name in {@code IOStatistics}. */
enum Operation {
  ACCESS(StoreStatisticNames.OP_ACCESS, false),
  APPEND(StoreStatisticNames.OP_APPEND, true),
  BULK_DELETE(StoreStatisticNames.OP_BULK_DELETE, true),
  CONCAT("op_concat", true),
  CONTENT_SUMMARY(StoreStatisticNames.OP_GET_CONTENT_SUMMARY, false),
  CREATE(StoreStatisticNames.OP_CREATE, true),
  DELETE(StoreStatisticNames.OP_DELETE, true),
  FILE_CHECKSUM(StoreStatisticNames.OP_GET_FILE_CHECKSUM, false),
  FILE_STATUS(StoreStatisticNames.OP_GET_FILE_STATUS, false),
  LIST(StoreStatisticNames.OP_LIST_STATUS, false),
  MKDIRS(StoreStatisticNames.OP_MKDIRS, true),
  OPEN(StoreStatisticNames.OP_OPEN, false),
  RECOVER_LEASE("op_recover_lease", true),
  RENAME(StoreStatisticNames.OP_RENAME, true),
  SAFE_MODE("op_safe_mode", true),
  SET_OWNER(StoreStatisticNames.OP_SET_OWNER, true),
  SET_PERMISSION(StoreStatisticNames.OP_SET_PERMISSION, true),
  SET_TIMES(StoreStatisticNames.OP_SET_TIMES, true),
  STATUS(StoreStatisticNames.OP_GET_STATUS, false),
  TRUNCATE(StoreStatisticNames.OP_TRUNCATE, true),
  XATTR_GET(StoreStatisticNames.OP_XATTR_GET_MAP, false),
  XATTR_REMOVE("op_xattr_remove", true),
  XATTR_SET("op_xattr_set", true);

  private final String statistic;
  private final boolean changes;

  Operation(String statistic, boolean changes) {
    this.statistic = statistic;
    this.changes = changes;
  }

  String statistic() {
    return statistic;
  }

  /** Counts as a write operation in Hadoop's older statistics. */
  boolean changes() {
    return changes;
  }

  static String[] statistics() {
    Operation[] all = values();
    String[] names = new String[all.length];
    for (int i = 0; i < all.length; i++) {
      names[i] = all[i].statistic;
    }
    return names;
  }
}
