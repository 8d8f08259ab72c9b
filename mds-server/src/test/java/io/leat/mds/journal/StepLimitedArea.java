package io.leat.mds.journal;

import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A process's view of an area that dies after so many changing steps (writes, flushes, new
 * segments). Of the write that it dies in, the first half of the blocks lands, rounded down.
 */
final class StepLimitedArea extends ForwardingArea {

  private int stepsLeft;

  StepLimitedArea(MetadataArea area, int steps) {
    super(area);
    this.stepsLeft = steps;
  }

  void setSteps(int steps) {
    stepsLeft = steps;
  }

  private void step() throws IOException {
    if (stepsLeft <= 0) {
      throw new IOException("the process has died");
    }
    stepsLeft--;
  }

  @Override
  public List<Device> epochs() {
    return area.epochs().stream().<Device>map(Limited::new).toList();
  }

  @Override
  public void createSegment(SegmentSlot slot) throws IOException {
    step();
    area.createSegment(slot);
  }

  @Override
  public Device openToWrite(SegmentSlot slot) throws IOException {
    return new Limited(area.openToWrite(slot));
  }

  @Override
  public Device openToWrite(CheckpointSlot slot, long bytes) throws IOException {
    return new Limited(area.openToWrite(slot, bytes));
  }

  private final class Limited extends ForwardingDevice {

    Limited(Device device) {
      super(device);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws IOException {
      if (stepsLeft == 0) {
        int half = src.remaining() / JournalFormat.BLOCK / 2 * JournalFormat.BLOCK;
        super.write(offset, src.slice(src.position(), half));
      }
      step();
      super.write(offset, src);
    }

    @Override
    public void flush() throws IOException {
      step();
      super.flush();
    }
  }
}
