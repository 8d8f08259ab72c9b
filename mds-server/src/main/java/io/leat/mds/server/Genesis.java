package io.leat.mds.server;

import com.google.protobuf.ByteString;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.mds.namespace.proto.VolumeRecord;
import io.leat.volume.Volume;
import io.leat.volume.VolumeHeader;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The first batch of a virtual server: the root (755), {@code /tmp} (1777), {@code /user} and the
 * home of the user who starts the cell, and the volume with all its blocks free but the header's.
 */
final class Genesis {

  /** The volume's first block holds its header. */
  private static final long HEADER_BLOCKS = 1;

  private final String user;
  private final String group;
  private final long nowMillis;

  Genesis(String user, String group, long nowMillis) {
    this.user = user;
    this.group = group;
    this.nowMillis = nowMillis;
  }

  void write(NamespaceWriter namespace, VolumeHeader volume) {
    namespace.format(inode(0755).build());
    directory(namespace, namespace.root(), "tmp", 01777);
    Node home = directory(namespace, namespace.root(), "user", 0755);
    directory(namespace, home, user, 0700);
    namespace.addVolume(
        VolumeRecord.newBuilder()
            .setId(0)
            .setName(volume.name())
            .setUuid(bytes(volume.uuid()))
            .setBlocks(volume.sizeBytes() / Volume.BLOCK_SIZE)
            .build(),
        HEADER_BLOCKS);
  }

  private Node directory(NamespaceWriter namespace, Node parent, String name, int mode) {
    InodeRecord inode = inode(mode).setFileId(namespace.newFileId()).setDirectory(true).build();
    return namespace.add(parent, name, inode);
  }

  private InodeRecord.Builder inode(int mode) {
    return InodeRecord.newBuilder()
        .setMode(mode)
        .setOwner(user)
        .setGroup(group)
        .setModifiedMillis(nowMillis)
        .setAccessedMillis(nowMillis)
        .setVersion(1);
  }

  static ByteString bytes(UUID uuid) {
    ByteBuffer bytes =
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .flip();
    return ByteString.copyFrom(bytes);
  }
}
