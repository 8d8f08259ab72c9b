package io.leat.mds.namespace;

import io.leat.mds.namespace.proto.BootRecord;
import io.leat.mds.namespace.proto.InodeRecord;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which bytes of a file are on the device for sure, where commits publish bytes that may stand in
 * the host's page cache alone (D1, buffered volumes).
 *
 * <p>Each such commit has a number within the boot of the host. The server flushes the volume now
 * and then and journals up to which commit it did. After a crash of the host, a file whose last
 * commit lies above that has lost what was published since its bytes were last known durable: those
 * bytes are refused, whatever the device holds there.
 */
public final class SyncedBytes {

  private SyncedBytes() {}

  /** The first byte of the file that a crash of the host has lost. */
  public static OptionalLong lostFrom(Namespace namespace, InodeRecord inode) {
    return !isSynced(namespace, inode) && inode.getDataBoot() != namespace.currentBoot().getNumber()
        ? OptionalLong.of(inode.getSyncedSize())
        : OptionalLong.empty();
  }

  /** Bytes from the file's start that are durable. */
  public static long durableSize(Namespace namespace, InodeRecord inode) {
    return isSynced(namespace, inode) ? inode.getSize() : inode.getSyncedSize();
  }

  /**
   * Notes a commit.
   *
   * @param inode the file, with its size from before the commit
   * @param changedFrom the first byte that now stands in another block, or is new
   * @param synced the volume was flushed before the commit
   */
  public static void committed(
      NamespaceWriter namespace, InodeRecord.Builder inode, long changedFrom, boolean synced) {
    if (synced) {
      inode.setDataCommit(0);
      return;
    }
    long durable = durableSize(namespace, inode.build());
    doubt(namespace, inode, Math.min(durable, changedFrom));
  }

  /** Notes that the file was put together from others; {@code durable} bytes of it are synced. */
  public static void joined(NamespaceWriter namespace, InodeRecord.Builder inode, long durable) {
    if (durable == inode.getSize()) {
      inode.setDataCommit(0);
      return;
    }
    doubt(namespace, inode, durable);
  }

  /** Bytes from {@code durable} on may be in the page cache alone until the next flush. */
  private static void doubt(NamespaceWriter namespace, InodeRecord.Builder inode, long durable) {
    inode
        .setSyncedSize(durable)
        .setDataBoot(namespace.currentBoot().getNumber())
        .setDataCommit(namespace.newCommit());
  }

  /** Notes that the file was cut to {@code size} bytes. */
  public static void cut(InodeRecord.Builder inode, long size) {
    if (size <= inode.getSyncedSize()) {
      inode.setDataCommit(0);
    }
  }

  private static boolean isSynced(Namespace namespace, InodeRecord inode) {
    if (inode.getDataCommit() == 0) {
      return true;
    }
    BootRecord current = namespace.currentBoot();
    Optional<BootRecord> boot =
        current.getNumber() == inode.getDataBoot()
            ? Optional.of(current)
            : namespace.boot(inode.getDataBoot());
    return boot.isPresent() && inode.getDataCommit() <= boot.get().getSynced();
  }
}
