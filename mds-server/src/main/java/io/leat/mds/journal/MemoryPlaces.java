package io.leat.mds.journal;

import io.leat.volume.Device;
import io.leat.volume.DeviceSlice;
import io.leat.volume.MemoryDevice;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The parts of a device in memory that the processes of a simulated cell share, for simulations and
 * tests. Any thread.
 */
public final class MemoryPlaces implements DeviceMetadataArea.Places {

  /** Alignment that the parts insist on, bytes. */
  private static final int ALIGNMENT = 512;

  private final UnaryOperator<Device> owners;
  private final UnaryOperator<Device> others;
  private final Map<Long, Device> parts = new ConcurrentHashMap<>();

  /**
   * @param owners what to put around each new part that an owner writes: around the lane table,
   *     epochs, segments and checkpoints
   * @param others the same for all other parts
   */
  public MemoryPlaces(UnaryOperator<Device> owners, UnaryOperator<Device> others) {
    this.owners = owners;
    this.others = others;
  }

  @Override
  public Device open(long at, long bytes, boolean writeThrough) {
    return new DeviceSlice(parts.computeIfAbsent(at, absent -> part(at, bytes)));
  }

  private Device part(long at, long bytes) {
    boolean owned =
        at == DeviceLayout.LANE_TABLE_AT
            || at == DeviceLayout.EPOCHS_AT
            || at >= DeviceLayout.SEGMENTS_AT;
    return (owned ? owners : others).apply(new MemoryDevice(Math.toIntExact(bytes), ALIGNMENT));
  }

  /** It goes on for other processes. */
  @Override
  public void close() {}

  @Override
  public String toString() {
    return "device in memory";
  }
}
