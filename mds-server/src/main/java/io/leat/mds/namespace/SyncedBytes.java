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
 *
 * <p>A commit may be made while the volume is still being flushed. Then it comes with a checksum of
 * the bytes that may not be durable yet, its <em>proof</em>: after a crash of the host they are
 * compared with what the device holds, and kept if they are the same. The proof stays with the file
 * until its bytes are known to be durable in another way, so {@link #isProving those bytes} must
 * stand where they are until then.
 */
public final class SyncedBytes {

  /** Bytes that a proof may stand for; a crash of the host makes the server read them. */
  public static final int PROOF_BYTES_MAX = 256 << 10;

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
      settled(inode);
      return;
    }
    InodeRecord before = inode.build();
    long durable = Math.min(durableSize(namespace, before), changedFrom);
    boolean proves =
        isProving(namespace, before)
            && durable == before.getSyncedSize()
            && changedFrom >= before.getProofEnd();
    doubt(namespace, inode, durable);
    if (proves) {
      inode.setProofEnd(before.getProofEnd()).setProofCrc(before.getProofCrc());
    }
  }

  /**
   * Notes a commit whose bytes are being flushed.
   *
   * @param flushed bytes from the file's start that were durable before
   * @param size of the file with the commit, at most {@link #PROOF_BYTES_MAX} more
   * @param crc CRC32C of the bytes in between
   */
  public static void proved(
      NamespaceWriter namespace, InodeRecord.Builder inode, long flushed, long size, int crc) {
    doubt(namespace, inode, flushed);
    inode.setProofEnd(size).setProofCrc(crc);
  }

  /** Whether a crash of the host would now be followed by a look at bytes of the file. */
  public static boolean isProving(Namespace namespace, InodeRecord inode) {
    return inode.getProofEnd() > 0 && !isSynced(namespace, inode);
  }

  /**
   * Notes what the look at the file's bytes has shown after a crash of the host.
   *
   * @param same they have the proof's checksum
   */
  public static void checked(InodeRecord.Builder inode, boolean same) {
    if (same) {
      inode.setSyncedSize(inode.getProofEnd());
    }
    if (inode.getSyncedSize() == inode.getSize()) {
      settled(inode);
    } else {
      forgetProof(inode);
    }
  }

  /** Notes that the file was put together from others; {@code durable} bytes of it are synced. */
  public static void joined(NamespaceWriter namespace, InodeRecord.Builder inode, long durable) {
    if (durable == inode.getSize()) {
      settled(inode);
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
    forgetProof(inode);
  }

  /** All bytes are durable. */
  private static void settled(InodeRecord.Builder inode) {
    inode.setDataCommit(0);
    forgetProof(inode);
  }

  private static void forgetProof(InodeRecord.Builder inode) {
    inode.setProofEnd(0).setProofCrc(0);
  }

  /** Notes that the file was cut to {@code size} bytes. */
  public static void cut(InodeRecord.Builder inode, long size) {
    if (size <= inode.getSyncedSize()) {
      settled(inode);
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
