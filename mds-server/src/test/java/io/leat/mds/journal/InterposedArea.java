package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** Runs something once, after the first flush of the epoch blocks. */
final class InterposedArea implements MetadataArea {

  private final MetadataArea area;
  private final Executable between;
  private boolean done;

  InterposedArea(MetadataArea area, Executable between) {
    this.area = area;
    this.between = between;
  }

  @Override
  public Device epochs() {
    Device device = area.epochs();
    return new Device() {
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
        device.write(offset, src);
      }

      @Override
      public void flush() throws IOException {
        device.flush();
        runOnce();
      }

      @Override
      public void close() throws IOException {
        device.close();
      }
    };
  }

  private void runOnce() throws IOException {
    if (done) {
      return;
    }
    done = true;
    try {
      between.execute();
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public AreaIdentity identity() {
    return area.identity();
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
    area.createSegment(slot);
  }

  @Override
  public Device openToRead(SegmentSlot slot) throws IOException {
    return area.openToRead(slot);
  }

  @Override
  public Device openToWrite(SegmentSlot slot) throws IOException {
    return area.openToWrite(slot);
  }

  @Override
  public void close() throws IOException {
    area.close();
  }
}
