package io.leat.mds.checkpoint;

import io.leat.mds.journal.AreaChecksum;
import io.leat.mds.journal.JournalFormat;
import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Reads a checkpoint from front to back and verifies everything. One thread. */
final class CheckpointReader {

  private final Device device;
  private final CheckpointHeader header;
  private final AreaChecksum checksum;
  private final EntryBytes entries = new EntryBytes();
  private final EntryHash hash = new EntryHash();
  private final ByteBuffer buffer = JournalFormat.allocate(ChunkHeader.CHUNK_BYTES_MAX);
  private long offset = JournalFormat.BLOCK;
  private long chunks;

  CheckpointReader(Device device, CheckpointHeader header) {
    this.device = device;
    this.header = header;
    this.checksum = new AreaChecksum(header.area());
  }

  /**
   * Reads the next chunk.
   *
   * @return false after the last; then all that was visited is right
   * @throws CheckpointException when it is not as it was written
   */
  boolean next(EntryBytes.Visitor visitor) throws IOException {
    if (chunks == header.chunks()) {
      requireComplete();
      return false;
    }
    ByteBuffer payload = readChunk();
    hash.add(payload);
    entries.visit(payload, visitor);
    chunks++;
    return true;
  }

  private ByteBuffer readChunk() throws IOException {
    ChunkHeader chunk = readChunkHeader();
    int length = chunk.chunkBytes();
    if (offset + length > header.bytes()) {
      throw damaged("would reach over the checkpoint's end");
    }
    int rest = length - JournalFormat.BLOCK;
    if (rest > 0) {
      device.read(
          offset + JournalFormat.BLOCK, buffer.clear().position(JournalFormat.BLOCK).limit(length));
    }
    buffer.clear();
    if (!chunk.isIntact(buffer, checksum)) {
      throw damaged("has a wrong checksum");
    }
    if (chunk.sequence() != header.sequence() || chunk.number() != chunks) {
      throw damaged("is chunk %d of checkpoint %d".formatted(chunk.number(), chunk.sequence()));
    }
    offset += length;
    return buffer.slice(ChunkHeader.BYTES, chunk.payloadBytes());
  }

  private ChunkHeader readChunkHeader() throws IOException {
    if (offset + JournalFormat.BLOCK > Math.min(header.bytes(), device.size())) {
      throw damaged("is missing");
    }
    device.read(offset, buffer.clear().limit(JournalFormat.BLOCK));
    try {
      return ChunkHeader.decode(buffer.clear());
    } catch (CheckpointException e) {
      throw damaged("cannot be read: " + e.getMessage());
    }
  }

  private CheckpointException damaged(String what) {
    return new CheckpointException(
        "chunk %d of %d at byte %d of %s %s"
            .formatted(chunks, header.chunks(), offset, device, what));
  }

  private void requireComplete() throws CheckpointException {
    String found = HexFormat.of().formatHex(hash.digest());
    if (entries.count() != header.entries() || !found.equals(header.imageHash())) {
      throw new CheckpointException(
          "%s has %d entries with hash %s instead of %d with hash %s"
              .formatted(device, entries.count(), found, header.entries(), header.imageHash()));
    }
  }
}
