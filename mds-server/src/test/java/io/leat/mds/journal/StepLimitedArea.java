package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A process's view of an area that dies after so many changing steps (writes, flushes, new
 * segments). Of the write that it dies in, the first half of the blocks lands, rounded down.
 */
final class StepLimitedArea implements MetadataArea {

  private final MetadataArea area;
  private int stepsLeft;

  StepLimitedArea(MetadataArea area, int steps) {
    this.area = area;
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
  public AreaIdentity identity() {
    return area.identity();
  }

  @Override
  public Device epochs() {
    return new Limited(area.epochs());
  }

  @Override
  public void acquireLane(int lane) throws IOException {
    area.acquireLane(lane);
  }

  @Override
  public void releaseLane(int lane) throws IOException {
    area.releaseLane(lane);
  }

  @Override
  public List<SegmentSlot> segments(int lane) throws IOException {
    return area.segments(lane);
  }

  @Override
  public void createSegment(SegmentSlot slot) throws IOException {
    step();
    area.createSegment(slot);
  }

  @Override
  public Device openToRead(SegmentSlot slot) throws IOException {
    return area.openToRead(slot);
  }

  @Override
  public Device openToWrite(SegmentSlot slot) throws IOException {
    return new Limited(area.openToWrite(slot));
  }

  @Override
  public void close() throws IOException {
    area.close();
  }

  private final class Limited implements Device {

    private final Device device;

    Limited(Device device) {
      this.device = device;
    }

    @Override
    public long size() {
      return device.size();
    }

    @Override
    public int alignment() {
      return device.alignment();
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
      device.read(offset, dst);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws IOException {
      if (stepsLeft == 0) {
        int half = src.remaining() / JournalFormat.BLOCK / 2 * JournalFormat.BLOCK;
        device.write(offset, src.slice(src.position(), half));
      }
      step();
      device.write(offset, src);
    }

    @Override
    public void flush() throws IOException {
      step();
      device.flush();
    }

    @Override
    public void close() throws IOException {
      device.close();
    }
  }
}
