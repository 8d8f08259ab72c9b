package io.leat.mds.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** A metadata area whose devices can lose power, and the processes that use it. */
final class TestStorage {

  static final int BLOCK = JournalFormat.BLOCK;
  static final int LANES = 3;

  /** What a replay showed. */
  record Replayed(JournalPosition position, String payload) {}

  private final FaultyDevices devices;
  private final MemoryMetadataArea.Storage storage;

  TestStorage(int segmentBlocks, int segmentsMax, long seed) {
    devices = new FaultyDevices(new Random(seed));
    storage =
        new MemoryMetadataArea.Storage(identity(segmentBlocks, segmentsMax, seed), devices::over);
  }

  static AreaIdentity identity(int segmentBlocks, int segmentsMax, long seed) {
    return new AreaIdentity(new UUID(7, seed), "vs1", LANES, segmentBlocks * BLOCK, segmentsMax);
  }

  /** A process's view. */
  MetadataArea process() {
    return new MemoryMetadataArea(storage);
  }

  /** Loses what no flush has made durable. */
  void losePower() throws IOException {
    devices.losePower();
  }

  static long nextEpoch(MetadataArea area) throws IOException {
    return new EpochBlocks(area).highest() + 1;
  }

  static JournalActivation.Activated activate(MetadataArea area, int lane) throws IOException {
    return JournalActivation.activate(area, lane, nextEpoch(area), "mds" + lane);
  }

  static List<Replayed> replay(JournalHistory history) throws IOException {
    List<Replayed> result = new ArrayList<>();
    history.replay((p, payload) -> result.add(new Replayed(p, text(payload))));
    return result;
  }

  static List<Replayed> replay(JournalHistory history, JournalPosition from) throws IOException {
    List<Replayed> result = new ArrayList<>();
    history.replayAfter(from, (p, payload) -> result.add(new Replayed(p, text(payload))));
    return result;
  }

  static List<Replayed> replay(MetadataArea area) throws IOException {
    return replay(JournalHistory.read(area));
  }

  static Replayed append(Journal journal, String payload) throws IOException {
    return new Replayed(journal.append(bytes(payload)), payload);
  }

  /** A text that takes so many blocks as a batch. */
  static String textOf(String prefix, int blocks) {
    return prefix + "x".repeat(blocks * BLOCK - BatchHeader.BYTES - prefix.length());
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
  }

  static String text(ByteBuffer bytes) {
    return ISO_8859_1.decode(bytes).toString();
  }

  /** Changes bytes of a segment behind everyone's back. */
  static void overwrite(MetadataArea area, SegmentSlot slot, long at, byte[] bytes)
      throws IOException {
    try (Device device = area.openToWrite(slot)) {
      overwrite(device, at, bytes);
    }
  }

  static void overwrite(Device device, long at, byte[] bytes) throws IOException {
    ByteBuffer all = ByteBuffer.allocate((int) device.size());
    device.read(0, all);
    device.write(0, all.put((int) at, bytes).flip());
    device.flush();
  }

  static byte[] read(MetadataArea area, SegmentSlot slot, long at, int length) throws IOException {
    try (Device device = area.openToRead(slot)) {
      ByteBuffer all = ByteBuffer.allocate((int) device.size());
      device.read(0, all);
      return Arrays.copyOfRange(all.array(), (int) at, (int) at + length);
    }
  }

  static void flipBit(MetadataArea area, SegmentSlot slot, long at) throws IOException {
    byte[] one = read(area, slot, at, 1);
    one[0] ^= 1;
    overwrite(area, slot, at, one);
  }
}
