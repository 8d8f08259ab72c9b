package io.leat.mds.sim;

import io.leat.mds.journal.AreaChecksum;
import java.nio.ByteBuffer;

/** What plants have to know of a batch in the journal's format: places, and its checksum. */
final class BatchBytes {

  static final long MAGIC = 0x4C4541544241540AL;
  static final int LENGTH_AT = 12;
  static final int EPOCH_AT = 16;

  /** Up to here a copy is what it is a copy of. */
  static final int COPY_EPOCH_AT = 48;

  static final int CHECKSUM_AT = 60;
  static final int PAYLOAD_AT = 64;

  private BatchBytes() {}

  /** The checksum that a batch at {@code at} should have, with a payload of so many bytes. */
  static int checksum(ByteBuffer bytes, int at, int length, AreaChecksum checksum) {
    ByteBuffer view = bytes.duplicate();
    return checksum.start().add(view, at, CHECKSUM_AT).add(view, at + PAYLOAD_AT, length).value();
  }
}
