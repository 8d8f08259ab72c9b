package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Effects that were answered before the journal has them, in a file of the lane that is written
 * through the page cache: they survive the death of the process, though not that of the host. The
 * next batch of the journal begins with them; until then, whoever becomes owner takes them from
 * here.
 *
 * <p>The file holds records, one behind the other. They count when they begin where history ends,
 * are numbered without a gap and are intact, so the first batch that the journal takes makes all
 * earlier records void, and a record that was cut short was never answered.
 *
 * <table>
 * <caption>A record, big-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>8</td><td>magic "LEATEAR\n"</td></tr>
 * <tr><td>8</td><td>4</td><td>format version</td></tr>
 * <tr><td>12</td><td>4</td><td>length of the effects, bytes</td></tr>
 * <tr><td>16</td><td>8</td><td>epoch of who wrote it</td></tr>
 * <tr><td>24</td><td>4</td><td>number of the record after that position, from 0</td></tr>
 * <tr><td>28</td><td>32</td><td>{@link JournalPosition} that the records follow</td></tr>
 * <tr><td>60</td><td>4</td><td>CRC32C of the area's UUID, bytes 0 to 59, and the effects</td></tr>
 * <tr><td>64</td><td></td><td>effects, opaque here</td></tr>
 * </table>
 *
 * <p>One thread at a time.
 */
public final class EarlyLog implements Closeable {

  /** Size of the file, bytes. */
  public static final int BYTES = 256 << 10;

  /** Records at one position at most: until the journal goes on, each batch repeats them all. */
  static final int RECORDS_MAX = 8;

  static final int HEADER_BYTES = 64;

  private static final long MAGIC = 0x4C4541544541520AL;
  private static final int CHECKSUM_AT = 60;

  private final Device device;
  private final AreaChecksum checksum;
  private final long epoch;
  private final ByteBuffer record = ByteBuffer.allocateDirect(BYTES);
  private JournalPosition base = JournalPosition.START;
  private int count;
  private int end;

  private EarlyLog(Device device, AreaChecksum checksum, long epoch) {
    this.device = device;
    this.checksum = checksum;
    this.epoch = epoch;
  }

  /** For the writer of an acquired lane, under its epoch. */
  public static EarlyLog open(MetadataArea area, int lane, long epoch) throws IOException {
    return new EarlyLog(
        area.openEarlyToWrite(lane), new AreaChecksum(area.identity().uuid()), epoch);
  }

  /**
   * Adds effects; they are in the page cache when this returns. The first record after another
   * position of the journal begins the file anew.
   *
   * @param position where the journal ends
   * @param effects their position does not move
   * @throws IOException when it is full, see {@link #hasRoom}, or cannot be written: part of the
   *     record may be there
   */
  public void append(JournalPosition position, ByteBuffer effects) throws IOException {
    int length = effects.remaining();
    if (!hasRoom(position, length)) {
      throw new IOException("%s has no room for %d bytes".formatted(device, length));
    }
    if (!position.equals(base)) {
      base = position;
      count = 0;
      end = 0;
    }
    encode(effects);
    device.write(end, record.clear().limit(HEADER_BYTES + length));
    end += HEADER_BYTES + length;
    count++;
  }

  /** Whether there may be another record at that position, of so many bytes. */
  public boolean hasRoom(JournalPosition position, int effectsBytes) {
    boolean first = !position.equals(base);
    int begin = first ? 0 : end;
    return (first || count < RECORDS_MAX) && begin + HEADER_BYTES + effectsBytes <= BYTES;
  }

  private void encode(ByteBuffer effects) {
    int length = effects.remaining();
    record.clear();
    record.put(HEADER_BYTES, effects, effects.position(), length);
    record.putLong(0, MAGIC).putInt(8, JournalFormat.VERSION).putInt(12, length);
    record.putLong(16, epoch).putInt(24, count);
    base.put(record, 28);
    record.putInt(CHECKSUM_AT, checksum(record, length, checksum));
  }

  private static int checksum(ByteBuffer buffer, int length, AreaChecksum checksum) {
    return checksum.start().add(buffer, 0, CHECKSUM_AT).add(buffer, HEADER_BYTES, length).value();
  }

  @Override
  public void close() throws IOException {
    device.close();
  }

  // ---- reading --------------------------------------------------------------------------------

  /** What a lane holds; epoch 0 for nothing. */
  private record Found(long epoch, ByteBuffer effects) {
    static final Found NOTHING = new Found(0, ByteBuffer.allocate(0));
  }

  /**
   * The effects that follow the end of history, in the order in which they were answered: the
   * newest owner's, if several lanes hold some.
   *
   * @param end where history ends
   */
  public static Optional<ByteBuffer> read(MetadataArea area, JournalPosition end)
      throws IOException {
    Found newest = Found.NOTHING;
    for (int lane = 0; lane < area.identity().lanes(); lane++) {
      Optional<Device> device = area.openEarlyToRead(lane);
      if (device.isPresent()) {
        try (Device open = device.get()) {
          Found found = read(open, new AreaChecksum(area.identity().uuid()), end);
          newest = found.epoch() > newest.epoch() ? found : newest;
        }
      }
    }
    return newest.epoch() == 0 ? Optional.empty() : Optional.of(newest.effects());
  }

  private static Found read(Device device, AreaChecksum checksum, JournalPosition end)
      throws IOException {
    ByteBuffer file = ByteBuffer.allocateDirect(BYTES);
    device.read(0, file);
    ByteBuffer effects = ByteBuffer.allocate(BYTES);
    ByteBuffer record = file.clear();
    long epoch = 0;
    for (int number = 0; follows(record, number, end, checksum); number++) {
      int length = record.getInt(12);
      epoch = record.getLong(16);
      effects.put(record.clear().slice(HEADER_BYTES, length));
      record = record.slice(HEADER_BYTES + length, record.capacity() - HEADER_BYTES - length);
    }
    return epoch == 0 ? Found.NOTHING : new Found(epoch, effects.flip());
  }

  /** Whether {@code buffer} begins with the intact record of this number after {@code end}. */
  private static boolean follows(
      ByteBuffer buffer, int number, JournalPosition end, AreaChecksum checksum) {
    if (buffer.capacity() < HEADER_BYTES
        || buffer.getLong(0) != MAGIC
        || buffer.getInt(8) != JournalFormat.VERSION) {
      return false;
    }
    int length = buffer.getInt(12);
    return length > 0
        && length <= buffer.capacity() - HEADER_BYTES
        && buffer.getInt(CHECKSUM_AT) == checksum(buffer, length, checksum)
        && buffer.getInt(24) == number
        && JournalPosition.get(buffer, 28).equals(end);
  }
}
