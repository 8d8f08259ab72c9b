package io.leat.mds.server;

import io.leat.mds.image.Image;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.journal.Journal;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.SyncedBytes;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.model.Extent;
import io.leat.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After a boot of the host: compares what was being flushed when the one before it ended with what
 * the volume holds (D1). Bytes that are there as they were committed are durable, all others were
 * of an hsync that nobody has been told the end of. Before the term serves.
 */
final class FlushProofs {

  private static final Logger LOG = LoggerFactory.getLogger(FlushProofs.class);

  /** Files that one batch of the journal settles. */
  private static final int FILES_MAX = 1_000;

  /** Extents that stand for the bytes of one proof; none is shorter than a byte. */
  private static final int EXTENTS_MAX = SyncedBytes.PROOF_BYTES_MAX;

  private FlushProofs() {}

  /**
   * Compares what has not been compared in this boot.
   *
   * @throws IOException when the journal fails. A file whose bytes cannot be read stays as it is,
   *     with those bytes refused, and is looked at again when the next term begins
   */
  static void check(String virtualServer, Image image, Journal journal, Volume volume)
      throws IOException {
    List<Long> files;
    try (ImageSnapshot snapshot = image.snapshot()) {
      Namespace namespace = new Namespace(snapshot);
      if (namespace.currentBoot().getProofsChecked()) {
        return;
      }
      files = namespace.proving();
    }
    boolean all = true;
    for (int from = 0; from < files.size(); from += FILES_MAX) {
      List<Long> some = files.subList(from, Math.min(from + FILES_MAX, files.size()));
      Map<Long, Boolean> compared = compare(virtualServer, image, volume, some);
      all = all && compared.size() == some.size();
      Term.write(
          image, journal, namespace -> compared.forEach((id, same) -> note(namespace, id, same)));
    }
    if (all) {
      Term.write(image, journal, NamespaceWriter::proofsChecked);
    }
  }

  /** Whether the volume holds what was committed, for each file that can be read. */
  private static Map<Long, Boolean> compare(
      String virtualServer, Image image, Volume volume, List<Long> files) {
    Map<Long, Boolean> compared = new LinkedHashMap<>();
    try (ImageSnapshot snapshot = image.snapshot()) {
      Namespace namespace = new Namespace(snapshot);
      for (long id : files) {
        Node file = namespace.byId(id).orElseThrow();
        try {
          boolean same = isSame(namespace, file, volume);
          compared.put(id, same);
          LOG.info(
              "{}: the flush of {} that the host's crash met {}",
              virtualServer,
              namespace.pathOf(file),
              same ? "had come to its end" : "had not come to its end");
        } catch (IOException e) {
          LOG.warn(
              "{}: whether the last bytes of {} are durable cannot be read; they are refused until a restart can: {}",
              virtualServer,
              namespace.pathOf(file),
              e.getMessage(),
              e);
        }
      }
    }
    return compared;
  }

  private static boolean isSame(Namespace namespace, Node file, Volume volume) throws IOException {
    InodeRecord inode = file.inode();
    CRC32C crc = new CRC32C();
    long at = inode.getSyncedSize();
    for (Extent extent : namespace.extents(file.id(), at, EXTENTS_MAX)) {
      long end = Math.min(extent.fileEnd(), inode.getProofEnd());
      if (at < end) {
        crc.update(read(volume, extent, at, end));
        at = end;
      }
    }
    return at == inode.getProofEnd() && (int) crc.getValue() == inode.getProofCrc();
  }

  private static ByteBuffer read(Volume volume, Extent extent, long from, long end)
      throws IOException {
    int count = Math.toIntExact(end - from);
    if (extent.isInline()) {
      return extent.inlineBytes(from, count);
    }
    ByteBuffer bytes = ByteBuffer.allocate(count);
    if (extent.unwritten()) {
      return bytes;
    }
    volume.read(extent.volumeOffset(from), bytes);
    return bytes.flip();
  }

  private static void note(NamespaceWriter namespace, long id, boolean same) {
    Node file = namespace.byId(id).orElseThrow();
    var unused = namespace.update(file, inode -> SyncedBytes.checked(inode, same));
  }
}
