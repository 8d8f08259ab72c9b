package io.leat.mds.operation;

import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.SyncedBytes;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.mds.token.TokenTable.Grant;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.LeatException;
import io.leat.wire.ExtentMessages;
import io.leat.wire.proto.Disposition;
import io.leat.wire.proto.Done;
import io.leat.wire.proto.Error;
import io.leat.wire.proto.FileStatus;
import io.leat.wire.proto.FileType;
import io.leat.wire.proto.Held;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.StatusResult;
import java.util.List;

/** Makes replies. */
public final class Replies {

  /** Extents in one reply at most; the client asks for more. */
  static final int EXTENTS_MAX = 1_000;

  /**
   * Inline bytes in one reply at most: it may be put into a slot, which is a value of the image.
   */
  static final int INLINE_BYTES_MAX = 512 << 10;

  private static final Reply DONE = Reply.newBuilder().setDone(Done.getDefaultInstance()).build();

  private Replies() {}

  /** That it is done, and nothing more. */
  public static Reply done() {
    return DONE;
  }

  static Reply status(Node node) {
    return Reply.newBuilder()
        .setStatus(StatusResult.newBuilder().setStatus(statusOf(node)))
        .build();
  }

  public static Reply error(LeatException failure) {
    return Reply.newBuilder()
        .setError(
            Error.newBuilder()
                .setCode(failure.code().number())
                .setDisposition(disposition(failure))
                .setMessage(failure.getMessage()))
        .build();
  }

  /** That another metadata server owns the virtual server. */
  public static Reply redirect(String message, String ownerAddress) {
    Reply.Builder reply = error(new LeatException(ErrorCode.NOT_OWNER, message)).toBuilder();
    reply.getErrorBuilder().setOwnerAddress(ownerAddress);
    return reply.build();
  }

  private static Disposition disposition(LeatException failure) {
    return switch (failure.code().disposition()) {
      case USER -> Disposition.USER;
      case RETRY -> Disposition.RETRY;
      case REDIRECT -> Disposition.REDIRECT;
      case INDETERMINATE -> Disposition.INDETERMINATE;
      case FENCED -> Disposition.FENCED;
      case FATAL -> Disposition.FATAL;
    };
  }

  /** A file's or directory's attributes. */
  public static FileStatus statusOf(Node node) {
    InodeRecord inode = node.inode();
    return FileStatus.newBuilder()
        .setFileId(inode.getFileId())
        .setType(inode.getDirectory() ? FileType.DIRECTORY : FileType.FILE)
        .setSize(inode.getSize())
        .setMode(inode.getMode())
        .setOwner(inode.getOwner())
        .setGroup(inode.getGroup())
        .setModifiedMillis(inode.getModifiedMillis())
        .setAccessedMillis(inode.getAccessedMillis())
        .setVersion(inode.getVersion())
        .setBlockSize(inode.getBlockSize())
        .setReplication(inode.getReplication())
        .setUnderConstruction(inode.getUnderConstruction())
        .build();
  }

  /** Which file it is, and in which version, for a client that knows the rest. */
  private static FileStatus identityOf(Node node) {
    return FileStatus.newBuilder()
        .setFileId(node.id())
        .setVersion(node.inode().getVersion())
        .build();
  }

  /**
   * The answer to an open: tokens always, attributes and extents only when the client's version is
   * old.
   *
   * @param above what was granted of the directories above; empty for nothing
   * @param knownVersion what the client has; 0 for nothing
   * @param from the first file byte of interest
   */
  static Reply opened(
      Namespace namespace, Node node, Grant grant, List<Held> above, long knownVersion, long from) {
    return opened(namespace, node, grant, above, knownVersion, from, INLINE_BYTES_MAX);
  }

  /** As the answer to an open, for a slot, which remembers it: with few inline bytes. */
  static Reply openedOnce(Namespace namespace, Node node, Grant grant) {
    return opened(namespace, node, grant, List.of(), 0, 0, Extent.INLINE_BYTES_MAX);
  }

  /**
   * The answer to an open of a range: its stream needs no extent, and each that the file has more
   * would stand in its slot.
   */
  static Reply openedWithoutLayout(Node node, Grant grant) {
    return Reply.newBuilder()
        .setOpened(
            Opened.newBuilder()
                .setStatus(statusOf(node))
                .setTokens(grant.tokens().bits())
                .setGrant(grant.number())
                .setMore(node.inode().getSize() > 0))
        .build();
  }

  private static Reply opened(
      Namespace namespace,
      Node node,
      Grant grant,
      List<Held> above,
      long knownVersion,
      long from,
      int inlineBytesMax) {
    Opened.Builder opened =
        Opened.newBuilder()
            .setTokens(grant.tokens().bits())
            .setGrant(grant.number())
            .addAllAbove(above);
    SyncedBytes.lostFrom(namespace, node.inode())
        .ifPresent(lostFrom -> opened.setLost(true).setLostFrom(lostFrom));
    if (knownVersion == node.inode().getVersion()) {
      opened.setUnchanged(true).setStatus(identityOf(node));
    } else {
      opened.setStatus(statusOf(node));
      if (node.inode().getSize() > 0) {
        addLayout(opened, namespace.extents(node.id(), from, EXTENTS_MAX + 1), inlineBytesMax);
      }
    }
    return Reply.newBuilder().setOpened(opened).build();
  }

  /** Extents as far as one message takes them; the first one always fits. */
  private static void addLayout(Opened.Builder opened, List<Extent> extents, int inlineBytesMax) {
    long inlineBytes = 0;
    for (Extent extent : extents) {
      inlineBytes += extent.bytes().size();
      if (opened.getExtentsCount() == EXTENTS_MAX || inlineBytes > inlineBytesMax) {
        opened.setMore(true);
        return;
      }
      opened.addExtents(ExtentMessages.message(extent));
    }
  }
}
