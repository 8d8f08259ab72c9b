package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.function.Executable;

/** Runs something once, after the first flush of the epoch blocks. */
final class InterposedArea extends ForwardingArea {

  private final Executable between;
  private boolean done;

  InterposedArea(MetadataArea area, Executable between) {
    super(area);
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
}
