package io.leat.mds.operation;

import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Caller;
import io.leat.mds.namespace.Node;
import io.leat.model.ErrorCode;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.wire.proto.RemoveXAttr;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.SetOwner;
import io.leat.wire.proto.SetPermission;
import io.leat.wire.proto.SetTimes;
import io.leat.wire.proto.SetXAttr;
import java.nio.charset.StandardCharsets;

/** Changes to what an inode says of itself. */
final class AttributeOperations {

  /** Bytes of an extended attribute's name at most; it stands in a key of the image. */
  static final int XATTR_NAME_BYTES_MAX = 255;

  /** Bytes of an extended attribute's value at most, as HDFS has it by default. */
  static final int XATTR_VALUE_BYTES_MAX = 16 << 10;

  /** Extended attributes of one inode at most, as HDFS has it by default. */
  static final int XATTRS_MAX = 32;

  private static final int MODE_MAX = 01777;

  private AttributeOperations() {}

  static Reply setPermission(SetPermission request, OperationContext context)
      throws LeatException, TokenConflict {
    Node node = context.resolve(request.getPath()).require();
    Access.requireOwner(context.caller(), node, request.getPath());
    int mode = request.getMode() & MODE_MAX;
    context.requireForgotten(FileAccess.SET_ATTRIBUTES, node);
    context.namespace().update(node, inode -> inode.setMode(mode));
    return Replies.done();
  }

  static Reply setOwner(SetOwner request, OperationContext context)
      throws LeatException, TokenConflict {
    Node node = context.resolve(request.getPath()).require();
    Caller caller = context.caller();
    Access.requireOwner(caller, node, request.getPath());
    if (!request.getOwner().isEmpty() && !request.getOwner().equals(node.inode().getOwner())) {
      Access.requireSuperuser(caller, "give " + request.getPath() + " to another user");
    }
    if (!request.getGroup().isEmpty() && !caller.groups().contains(request.getGroup())) {
      Access.requireSuperuser(
          caller, "give %s to group %s".formatted(request.getPath(), request.getGroup()));
    }
    context.requireForgotten(FileAccess.SET_ATTRIBUTES, node);
    context
        .namespace()
        .update(
            node,
            inode -> {
              if (!request.getOwner().isEmpty()) {
                inode.setOwner(request.getOwner());
              }
              if (!request.getGroup().isEmpty()) {
                inode.setGroup(request.getGroup());
              }
            });
    return Replies.done();
  }

  static Reply setTimes(SetTimes request, OperationContext context)
      throws LeatException, TokenConflict {
    Node node = context.resolve(request.getPath()).require();
    Access.require(context.caller(), node, Access.WRITE, request.getPath());
    context.requireForgotten(FileAccess.SET_TIMES, node);
    context
        .namespace()
        .update(
            node,
            inode -> {
              if (request.getModifiedMillis() >= 0) {
                inode.setModifiedMillis(request.getModifiedMillis());
              }
              if (request.getAccessedMillis() >= 0) {
                inode.setAccessedMillis(request.getAccessedMillis());
              }
            });
    return Replies.done();
  }

  static Reply setXAttr(SetXAttr request, OperationContext context)
      throws LeatException, TokenConflict {
    Node node = context.resolve(request.getPath()).require();
    requireXAttrAccess(context.caller(), node, request.getName(), request.getPath(), Access.WRITE);
    requireSize(request.getPath(), request.getName(), request.getValue().size());
    boolean exists = context.namespace().xattr(node.id(), request.getName()).isPresent();
    if (exists && !request.getMayReplace()) {
      throw new LeatException(
          ErrorCode.XATTR_EXISTS,
          "XAttr %s of %s already exists".formatted(request.getName(), request.getPath()));
    }
    if (!exists && !request.getMayCreate()) {
      throw missing(request.getName(), request.getPath());
    }
    if (!exists && context.namespace().xattrs(node.id()).size() >= XATTRS_MAX) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "%s has %d extended attributes, the most there can be"
              .formatted(request.getPath(), XATTRS_MAX));
    }
    context.requireForgotten(FileAccess.SET_ATTRIBUTES, node);
    context.namespace().putXAttr(node.id(), request.getName(), request.getValue().toByteArray());
    context.namespace().update(node, inode -> {});
    return Replies.done();
  }

  private static void requireSize(String path, String name, int valueBytes) throws LeatException {
    int nameBytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (nameBytes > XATTR_NAME_BYTES_MAX || valueBytes > XATTR_VALUE_BYTES_MAX) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "XAttr of %s too big: name %d of at most %d bytes, value %d of at most %d"
              .formatted(path, nameBytes, XATTR_NAME_BYTES_MAX, valueBytes, XATTR_VALUE_BYTES_MAX));
    }
  }

  static Reply removeXAttr(RemoveXAttr request, OperationContext context)
      throws LeatException, TokenConflict {
    Node node = context.resolve(request.getPath()).require();
    requireXAttrAccess(context.caller(), node, request.getName(), request.getPath(), Access.WRITE);
    if (context.namespace().xattr(node.id(), request.getName()).isEmpty()) {
      throw missing(request.getName(), request.getPath());
    }
    context.requireForgotten(FileAccess.SET_ATTRIBUTES, node);
    context.namespace().removeXAttr(node.id(), request.getName());
    context.namespace().update(node, inode -> {});
    return Replies.done();
  }

  static LeatException missing(String name, String path) {
    return new LeatException(
        ErrorCode.XATTR_NOT_FOUND, "XAttr %s not found on %s".formatted(name, path));
  }

  /** user.* follows the mode bits, trusted.* is for superusers, the rest is the system's. */
  static void requireXAttrAccess(Caller caller, Node node, String name, String path, int action)
      throws LeatException {
    requireSize(path, name, 0);
    if (name.startsWith("user.")) {
      Access.require(caller, node, action, path);
    } else if (name.startsWith("trusted.")) {
      Access.requireSuperuser(caller, "use extended attribute " + name);
    } else {
      throw new LeatException(
          ErrorCode.PERMISSION_DENIED,
          "Extended attribute %s of %s: only user.* and trusted.* can be used"
              .formatted(name, path));
    }
  }
}
