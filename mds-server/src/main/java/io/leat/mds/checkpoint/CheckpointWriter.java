package io.leat.mds.checkpoint;

import io.leat.mds.image.ImageReader;
import io.leat.mds.journal.AreaChecksum;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.CheckpointSlot;
import io.leat.mds.journal.JournalFormat;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.MetadataArea;
import io.leat.volume.Device;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Writes one checkpoint:
 *
 * <ol>
 *   <li>make the place large enough, while it still holds its older checkpoint;
 *   <li>erase that one's header, flush;
 *   <li>write the chunks, flush;
 *   <li>read them back and verify them;
 *   <li>write the header, flush, and read it back.
 * </ol>
 *
 * So a header on the storage means a checkpoint that was whole. One thread.
 */
final class CheckpointWriter implements Closeable {

  /** Places grow in steps, bytes. */
  private static final long GROWTH_BYTES = 64L << 10;

  private static final byte[] ALL = {};

  private final MetadataArea area;
  private final CheckpointSlot slot;
  private final long sequence;
  private final WriteProgress progress;
  private final AreaChecksum checksum;
  private final EntryHash hash = new EntryHash();
  private final ByteBuffer chunk = JournalFormat.allocate(ChunkHeader.CHUNK_BYTES_MAX);
  private Device device;
  private byte[] from;
  private long entries;
  private long chunks;
  private long offset = JournalFormat.BLOCK;

  /**
   * Opens the place; what it holds is still there.
   *
   * @param expectedBytes room that will be needed, as far as one knows
   */
  CheckpointWriter(
      MetadataArea area,
      CheckpointSlot slot,
      long sequence,
      long expectedBytes,
      WriteProgress progress)
      throws IOException {
    this.area = area;
    this.slot = slot;
    this.sequence = sequence;
    this.progress = progress;
    this.checksum = new AreaChecksum(area.identity().uuid());
    this.device = area.openToWrite(slot, rounded(JournalFormat.BLOCK + expectedBytes));
  }

  private static long rounded(long bytes) {
    return (bytes + GROWTH_BYTES - 1) / GROWTH_BYTES * GROWTH_BYTES;
  }

  /** Writes all entries of {@code image} but the mark of its position. */
  StoredCheckpoint write(ImageReader image, JournalPosition position) throws IOException {
    erase();
    for (int payload = fill(image); payload > 0; payload = fill(image)) {
      writeChunk(payload);
      progress.written(offset);
    }
    device.flush();
    CheckpointHeader header = header(position);
    verify(header);
    writeHeader(header);
    return new StoredCheckpoint(slot, header);
  }

  private void erase() throws IOException {
    JournalFormat.zero(chunk, 0, JournalFormat.BLOCK);
    device.write(0, chunk.clear().limit(JournalFormat.BLOCK));
    device.flush();
  }

  /** Takes as many further entries as fit; the length of the payload, 0 after the last entry. */
  private int fill(ImageReader image) {
    chunk.clear().position(ChunkHeader.BYTES);
    int end = ChunkHeader.BYTES + ChunkHeader.PAYLOAD_BYTES_MAX;
    image.scan(ALL, from, (key, value) -> add(key, value, end));
    return chunk.position() - ChunkHeader.BYTES;
  }

  private boolean add(byte[] key, byte[] value, int end) {
    if (!AppliedPosition.isMark(key)) {
      int bytes = ChunkHeader.ENTRY_OVERHEAD_BYTES + key.length + value.length;
      if (chunk.position() + bytes > end) {
        from = key;
        return false;
      }
      chunk.putShort((short) key.length).put(key).putInt(value.length).put(value);
      entries++;
    }
    from = Arrays.copyOf(key, key.length + 1);
    return true;
  }

  private void writeChunk(int payloadBytes) throws IOException {
    hash.add(chunk.slice(ChunkHeader.BYTES, payloadBytes));
    ChunkHeader header = new ChunkHeader(payloadBytes, sequence, chunks);
    JournalFormat.zero(chunk, ChunkHeader.BYTES + payloadBytes, header.chunkBytes());
    header.encode(chunk, checksum);
    requireRoom(offset + header.chunkBytes());
    device.write(offset, chunk.clear().limit(header.chunkBytes()));
    offset += header.chunkBytes();
    chunks++;
  }

  private void requireRoom(long bytes) throws IOException {
    if (bytes > device.size()) {
      device.flush();
      device.close();
      device = area.openToWrite(slot, rounded(bytes + bytes / 4));
    }
  }

  private CheckpointHeader header(JournalPosition position) {
    AreaIdentity identity = area.identity();
    return new CheckpointHeader(
        identity.uuid(),
        identity.virtualServer(),
        slot.lane(),
        sequence,
        position,
        entries,
        chunks,
        offset,
        HexFormat.of().formatHex(hash.digest()));
  }

  private void verify(CheckpointHeader header) throws IOException {
    CheckpointReader reader = new CheckpointReader(device, header);
    boolean more = true;
    while (more) {
      more = reader.next((key, value) -> {});
    }
  }

  private void writeHeader(CheckpointHeader header) throws IOException {
    header.encode(chunk.clear());
    device.write(0, chunk.limit(JournalFormat.BLOCK));
    device.flush();
    device.read(0, chunk.clear().limit(JournalFormat.BLOCK));
    boolean same =
        CheckpointHeader.decode(chunk.clear(), area.identity()).filter(header::equals).isPresent();
    if (!same) {
      throw new CheckpointException(
          "the header of %s was not there when it was read back".formatted(slot));
    }
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
