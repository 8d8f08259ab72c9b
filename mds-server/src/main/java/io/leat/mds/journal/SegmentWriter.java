package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes one segment of the own lane, front to back. One thread. */
final class SegmentWriter implements Closeable {

  private static final int BUFFER_BYTES_MIN = 1 << 16;

  private final SegmentHeader.Id id;
  private final Device device;
  private final AreaChecksum checksum;
  private final int segmentBytes;
  private ByteBuffer buffer = JournalFormat.allocate(BUFFER_BYTES_MIN);
  private long offset = JournalFormat.BLOCK;

  /** Closes the device with itself. */
  SegmentWriter(SegmentHeader.Id id, Device device, AreaIdentity area) {
    this.id = id;
    this.device = device;
    this.checksum = new AreaChecksum(area.uuid());
    this.segmentBytes = area.segmentBytes();
  }

  SegmentHeader.Id id() {
    return id;
  }

  boolean fits(int payloadBytes) {
    return offset + JournalFormat.batchBytes(payloadBytes) <= segmentBytes;
  }

  /** Writes the header, durably. From then on the segment counts. */
  void writeHeader(SegmentHeader header) throws IOException {
    header.encode(buffer.clear(), checksum);
    write(0, JournalFormat.BLOCK);
  }

  /** Writes a batch behind those before it, durably; does not move the payload's position. */
  void writeBatch(BatchHeader header, ByteBuffer payload) throws IOException {
    int length = JournalFormat.batchBytes(header.payloadBytes());
    int end = BatchHeader.BYTES + header.payloadBytes();
    reserve(length);
    buffer.put(BatchHeader.BYTES, payload, payload.position(), header.payloadBytes());
    JournalFormat.zero(buffer, end, length);
    header.encode(buffer, checksum);
    write(offset, length);
    offset += length;
  }

  private void reserve(int bytes) {
    if (bytes > buffer.capacity()) {
      buffer = JournalFormat.allocate(Math.max(bytes, 2 * buffer.capacity()));
    }
    buffer.clear();
  }

  private void write(long at, int length) throws IOException {
    device.write(at, buffer.clear().limit(length));
    device.flush();
  }

  @Override
  public void close() throws IOException {
    device.close();
  }

  @Override
  public String toString() {
    return id + " (" + device + ")";
  }
}
