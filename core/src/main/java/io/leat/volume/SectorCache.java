package io.leat.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The volatile cache of a simulated device: what was written since the last flush, by sector, in
 * every version, because a crash may leave any of them or none. Its owner guards it.
 */
final class SectorCache {

  /** Bytes that land or are lost together. */
  static final int SECTOR = 512;

  /** Sectors held back; with more, everything is written back, as caches may do at any time. */
  static final int SECTORS_MAX = 1 << 16;

  /** Versions kept of a sector; older ones are forgotten and cannot come out of a crash. */
  static final int VERSIONS_MAX = 8;

  private final Device medium;
  private final TreeMap<Long, Deque<byte[]>> unflushed = new TreeMap<>();

  SectorCache(Device medium) {
    if (medium.alignment() > SECTOR) {
      throw new IllegalArgumentException(
          "the medium needs an alignment of " + medium.alignment() + " bytes, more than a sector");
    }
    this.medium = medium;
  }

  /** The newest bytes of the range. */
  byte[] read(long offset, int length) throws IOException {
    long from = offset / SECTOR;
    long to = (offset + length + SECTOR - 1) / SECTOR;
    byte[] sectors = new byte[(int) (Math.min(to * SECTOR, medium.size()) - from * SECTOR)];
    medium.read(from * SECTOR, ByteBuffer.wrap(sectors));
    for (Map.Entry<Long, Deque<byte[]>> entry : unflushed.subMap(from, to).entrySet()) {
      byte[] newest = entry.getValue().getLast();
      System.arraycopy(newest, 0, sectors, (int) ((entry.getKey() - from) * SECTOR), newest.length);
    }
    if (sectors.length == length && offset == from * SECTOR) {
      return sectors;
    }
    byte[] result = new byte[length];
    System.arraycopy(sectors, (int) (offset - from * SECTOR), result, 0, length);
    return result;
  }

  /** Takes the bytes into the cache. */
  void write(long offset, byte[] bytes) throws IOException {
    int done = 0;
    while (done < bytes.length) {
      long sector = (offset + done) / SECTOR;
      int skip = (int) (offset + done - sector * SECTOR);
      int length = Math.min(bytes.length - done, SECTOR - skip);
      byte[] version = newestOf(sector);
      System.arraycopy(bytes, done, version, skip, length);
      add(sector, version);
      done += length;
    }
    if (unflushed.size() > SECTORS_MAX) {
      writeBack();
    }
  }

  private byte[] newestOf(long sector) throws IOException {
    return read(sector * SECTOR, (int) Math.min(SECTOR, medium.size() - sector * SECTOR));
  }

  private void add(long sector, byte[] version) {
    Deque<byte[]> versions = unflushed.computeIfAbsent(sector, s -> new ArrayDeque<>());
    versions.addLast(version);
    if (versions.size() > VERSIONS_MAX) {
      versions.removeFirst();
    }
  }

  /** Brings the newest version of everything to the medium. */
  void writeBack() throws IOException {
    for (Map.Entry<Long, Deque<byte[]>> entry : unflushed.entrySet()) {
      medium.write(entry.getKey() * SECTOR, ByteBuffer.wrap(entry.getValue().getLast()));
    }
    unflushed.clear();
  }

  /** Loses power: of each sector any version lands, or none. */
  void crash(RandomGenerator random) throws IOException {
    for (Map.Entry<Long, Deque<byte[]>> entry : unflushed.entrySet()) {
      List<byte[]> versions = new ArrayList<>(entry.getValue());
      int landed = random.nextInt(versions.size() + 1);
      if (landed > 0) {
        medium.write(entry.getKey() * SECTOR, ByteBuffer.wrap(versions.get(landed - 1)));
      }
    }
    unflushed.clear();
  }
}
