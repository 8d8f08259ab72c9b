package io.leat.mds.journal;

import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what is read and written of journals and checkpoints, so that it can be seen from outside
 * that something goes on in there. Any thread.
 */
public final class CountedArea extends ForwardingArea {

  private final AtomicLong operations = new AtomicLong();

  /** Closing this closes {@code area}. */
  public CountedArea(MetadataArea area) {
    super(area);
  }

  /** Reads, writes and flushes that have ended so far, and files that were made. */
  public long operations() {
    return operations.get();
  }

  @Override
  public void createSegment(SegmentSlot slot) throws IOException {
    super.createSegment(slot);
    operations.incrementAndGet();
  }

  @Override
  public Device openToRead(SegmentSlot slot) throws IOException {
    return new Counted(super.openToRead(slot));
  }

  @Override
  public Device openToWrite(SegmentSlot slot) throws IOException {
    return new Counted(super.openToWrite(slot));
  }

  @Override
  public Optional<Device> openToRead(CheckpointSlot slot) throws IOException {
    return super.openToRead(slot).map(Counted::new);
  }

  @Override
  public Device openToWrite(CheckpointSlot slot, long bytes) throws IOException {
    return new Counted(super.openToWrite(slot, bytes));
  }

  private final class Counted extends ForwardingDevice {

    Counted(Device device) {
      super(device);
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
      super.read(offset, dst);
      operations.incrementAndGet();
    }

    @Override
    public void write(long offset, ByteBuffer src) throws IOException {
      super.write(offset, src);
      operations.incrementAndGet();
    }

    @Override
    public void flush() throws IOException {
      super.flush();
      operations.incrementAndGet();
    }
  }
}
