package io.leat.mds.server;

import io.leat.mds.journal.ForwardingArea;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.journal.SegmentSlot;
import io.leat.volume.Access;
import io.leat.volume.Device;
import io.leat.volume.Devices;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A metadata area on real files, whose journal segments and epoch blocks fail when they are told
 * to. Segments are written through the page cache, because devices past it may ask for more than a
 * sector's alignment.
 */
final class FaultyArea extends ForwardingArea {

  private final Path directory;
  private final Random random;
  private final FaultyDevice epochs;
  private final List<FaultyDevice> segments = new ArrayList<>();
  private FaultPolicy segmentPolicy = FaultPolicy.NONE;

  FaultyArea(MetadataArea area, Path directory, long seed) {
    super(area);
    this.directory = directory;
    this.random = new Random(seed);
    this.epochs = new FaultyDevice(area.epochs().get(0), FaultPolicy.NONE, random);
  }

  /** From now on, for everything. */
  void setPolicy(FaultPolicy policy) {
    setSegmentPolicy(policy);
    setEpochPolicy(policy);
  }

  /** From now on, for all segments. */
  synchronized void setSegmentPolicy(FaultPolicy policy) {
    segmentPolicy = policy;
    segments.forEach(device -> device.setPolicy(policy));
  }

  /** From now on. */
  void setEpochPolicy(FaultPolicy policy) {
    epochs.setPolicy(policy);
  }

  @Override
  public List<Device> epochs() {
    return List.of(epochs);
  }

  @Override
  public synchronized Device openToWrite(SegmentSlot slot) throws IOException {
    Device file = Devices.open(directory.resolve(slot.toString()), Access.BUFFERED);
    FaultyDevice faulty = new FaultyDevice(file, segmentPolicy, random);
    segments.add(faulty);
    return new ForwardingDevice(faulty) {
      @Override
      public void close() throws IOException {
        try {
          super.close();
        } finally {
          file.close();
        }
      }
    };
  }
}
