package io.leat.mds.journal;

import io.leat.volume.Device;
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

  private final UnaryOperator<Device> wrapper;
  private final Map<Long, Device> parts = new ConcurrentHashMap<>();

  /**
   * @param wrapper what to put around each new part, as one that fails at times
   */
  public MemoryPlaces(UnaryOperator<Device> wrapper) {
    this.wrapper = wrapper;
  }

  @Override
  public Device open(long at, long bytes, boolean writeThrough) {
    return new SharedDevice(parts.computeIfAbsent(at, absent -> part(bytes)));
  }

  private Device part(long bytes) {
    return wrapper.apply(new MemoryDevice(Math.toIntExact(bytes), ALIGNMENT));
  }

  /** It goes on for other processes. */
  @Override
  public void close() {}

  @Override
  public String toString() {
    return "device in memory";
  }
}
