package io.leat.mds.namespace;

import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;

/** Permission checks by mode bits, as POSIX and HDFS have them. */
public final class Access {

  public static final int READ = 4;
  public static final int WRITE = 2;
  public static final int EXECUTE = 1;

  private static final int STICKY = 01000;

  private Access() {}

  /**
   * Fails unless {@code caller} may do {@code action} with the inode.
   *
   * @param path for the message
   */
  public static void require(Caller caller, Node node, int action, String path)
      throws LeatException {
    if (!allows(caller, node.inode(), action)) {
      throw denied(caller, node, action, path);
    }
  }

  /** Fails unless the caller owns the inode or is a superuser. */
  public static void requireOwner(Caller caller, Node node, String path) throws LeatException {
    if (!caller.superuser() && !caller.user().equals(node.inode().getOwner())) {
      throw new LeatException(
          ErrorCode.PERMISSION_DENIED,
          "Permission denied: user=%s is not the owner of %s (owner=%s)"
              .formatted(caller.user(), path, node.inode().getOwner()));
    }
  }

  /** Fails unless the caller is a superuser. */
  public static void requireSuperuser(Caller caller, String what) throws LeatException {
    if (!caller.superuser()) {
      throw new LeatException(
          ErrorCode.PERMISSION_DENIED,
          "Permission denied: user=%s is no superuser, and only one may %s"
              .formatted(caller.user(), what));
    }
  }

  /**
   * Fails unless the caller may remove the entry from its directory: write permission there, and
   * where the directory is sticky the ownership of one of the two.
   */
  public static void requireRemoval(Caller caller, Node directory, Node entry, String path)
      throws LeatException {
    require(caller, directory, WRITE | EXECUTE, path);
    if ((directory.inode().getMode() & STICKY) != 0
        && !caller.superuser()
        && !caller.user().equals(entry.inode().getOwner())
        && !caller.user().equals(directory.inode().getOwner())) {
      throw new LeatException(
          ErrorCode.PERMISSION_DENIED,
          "Permission denied by sticky bit: user=%s, path=%s, owner=%s, directory's owner=%s"
              .formatted(
                  caller.user(), path, entry.inode().getOwner(), directory.inode().getOwner()));
    }
  }

  static boolean allows(Caller caller, InodeRecord inode, int action) {
    if (caller.superuser()) {
      return true;
    }
    int mode = inode.getMode();
    if (caller.user().equals(inode.getOwner())) {
      mode >>= 6;
    } else if (caller.groups().contains(inode.getGroup())) {
      mode >>= 3;
    }
    return (mode & action) == action;
  }

  private static LeatException denied(Caller caller, Node node, int action, String path) {
    InodeRecord inode = node.inode();
    return new LeatException(
        ErrorCode.PERMISSION_DENIED,
        "Permission denied: user=%s, access=%s, path=%s, inode=\"%s\":%s:%s:%s"
            .formatted(
                caller.user(),
                actionName(action),
                path,
                node.name().isEmpty() ? "/" : node.name(),
                inode.getOwner(),
                inode.getGroup(),
                modeText(inode)));
  }

  private static String actionName(int action) {
    StringBuilder text = new StringBuilder();
    String[] names = {"EXECUTE", "WRITE", "READ"};
    for (int bit = 2; bit >= 0; bit--) {
      if ((action & 1 << bit) != 0) {
        text.append(text.isEmpty() ? "" : "_").append(names[bit]);
      }
    }
    return text.toString();
  }

  private static String modeText(InodeRecord inode) {
    StringBuilder text = new StringBuilder(inode.getDirectory() ? "d" : "-");
    for (int bit = 8; bit >= 0; bit--) {
      text.append((inode.getMode() >> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
    }
    return text.toString();
  }
}
