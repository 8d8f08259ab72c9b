package io.leat.mds.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A text on a device, in two places that are written in turn, so that one is whole at any time.
 *
 * <table>
 * <caption>Layout of a place, big-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>8</td><td>magic "LEATCFG\n"</td></tr>
 * <tr><td>8</td><td>4</td><td>format version</td></tr>
 * <tr><td>12</td><td>4</td><td>length of the text, bytes</td></tr>
 * <tr><td>16</td><td>8</td><td>sequence; the higher one counts</td></tr>
 * <tr><td>24</td><td>4</td><td>CRC32C of the area's UUID, all before, and the text</td></tr>
 * <tr><td>32</td><td></td><td>the text in UTF-8, padded with zeros</td></tr>
 * </table>
 */
final class ConfigurationPlaces {

  private static final int PLACE_BYTES = 32 << 10;

  /** Size of both, bytes. */
  static final int BYTES = 2 * PLACE_BYTES;

  private static final long MAGIC = 0x4C4541544346470AL;
  private static final int CHECKSUM_AT = 24;
  private static final int TEXT_AT = 32;

  /** Longest text, bytes. */
  static final int TEXT_BYTES_MAX = PLACE_BYTES - TEXT_AT;

  private final Device device;
  private final AreaChecksum checksum;
  private final ByteBuffer both = JournalFormat.allocate(BYTES);

  /**
   * @param device of {@link #BYTES}, written through
   */
  ConfigurationPlaces(Device device, AreaIdentity identity) {
    this.device = device;
    this.checksum = new AreaChecksum(identity.uuid());
  }

  /**
   * What was written last; empty when nothing ever was.
   *
   * @throws IOException also when something was and cannot be read
   */
  synchronized Optional<String> read() throws IOException {
    device.read(0, both.clear());
    int newest = newest();
    if (sequence(newest) > 0) {
      byte[] text = new byte[both.getInt(newest + 12)];
      both.get(newest + TEXT_AT, text);
      return Optional.of(new String(text, UTF_8));
    }
    if (!JournalFormat.isZero(both, 0, BYTES)) {
      throw new IOException("the configuration in " + device + " cannot be read");
    }
    return Optional.empty();
  }

  /** Writes over the older place, durably, and reads it back. */
  synchronized void write(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length > TEXT_BYTES_MAX) {
      throw new IOException(
          "a configuration of %d bytes; it may have %d".formatted(bytes.length, TEXT_BYTES_MAX));
    }
    device.read(0, both.clear());
    int newest = newest();
    long sequence = 1 + sequence(newest);
    int target = newest == 0 ? PLACE_BYTES : 0;
    ByteBuffer place = JournalFormat.allocate(PLACE_BYTES);
    place.putLong(0, MAGIC).putInt(8, JournalFormat.VERSION).putInt(12, bytes.length);
    place.putLong(16, sequence).put(TEXT_AT, bytes);
    place.putInt(CHECKSUM_AT, checksum(place, 0, bytes.length));
    device.write(target, place.clear());
    device.flush();
    if (!read().equals(Optional.of(text))) {
      throw new IOException(
          "the configuration was not there when it was read back from %s; another server may have changed it"
              .formatted(device));
    }
  }

  private int newest() {
    return sequence(0) >= sequence(PLACE_BYTES) ? 0 : PLACE_BYTES;
  }

  /** Of an intact place; 0 for another. */
  private long sequence(int at) {
    int length = both.getInt(at + 12);
    boolean intact =
        both.getLong(at) == MAGIC
            && both.getInt(at + 8) == JournalFormat.VERSION
            && length >= 0
            && length <= TEXT_BYTES_MAX
            && both.getInt(at + CHECKSUM_AT) == checksum(both, at, length);
    return intact ? both.getLong(at + 16) : 0;
  }

  private int checksum(ByteBuffer buffer, int at, int length) {
    return checksum.start().add(buffer, at, CHECKSUM_AT).add(buffer, at + TEXT_AT, length).value();
  }
}
