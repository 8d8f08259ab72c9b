package io.leat.mds.operation;

import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.Resolution;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.model.LeatException;
import java.util.List;

/** Makes new inodes and missing directories. */
final class Inodes {

  private static final int MODE_MAX = 01777;

  /** A directory made on the way to another stays usable by its owner, as HDFS has it. */
  private static final int OWNER_WRITE_EXECUTE = 0300;

  private Inodes() {}

  /** An inode as {@code caller} makes it: the group is the parent directory's. */
  static InodeRecord.Builder fresh(OperationContext context, Node parent, int mode) {
    return InodeRecord.newBuilder()
        .setFileId(context.namespace().newFileId())
        .setMode(mode & MODE_MAX)
        .setOwner(context.caller().user())
        .setGroup(parent.inode().getGroup())
        .setModifiedMillis(context.nowMillis())
        .setAccessedMillis(context.nowMillis())
        .setVersion(1);
  }

  /** Fails unless the caller may add an entry to the deepest directory that exists. */
  static void requireMayAdd(OperationContext context, Resolution at) throws LeatException {
    at.requireNoFileAbove();
    Access.require(context.caller(), at.deepest(), Access.WRITE | Access.EXECUTE, at.path().text());
  }

  /** Makes a new file's missing parents with the permissions of {@code top}, as HDFS has it. */
  static Node makeParents(OperationContext context, Node top, List<String> names) {
    return makeDirectories(context, top, names, top.inode().getMode() | OWNER_WRITE_EXECUTE);
  }

  /** Makes {@code names} below {@code top}, one in the other; returns the last, or {@code top}. */
  static Node makeDirectories(OperationContext context, Node top, List<String> names, int mode) {
    Node parent = top;
    for (int i = 0; i < names.size(); i++) {
      boolean last = i == names.size() - 1;
      InodeRecord inode =
          fresh(context, parent, last ? mode : mode | OWNER_WRITE_EXECUTE)
              .setDirectory(true)
              .build();
      parent = context.namespace().add(parent, names.get(i), inode);
    }
    return parent;
  }
}
