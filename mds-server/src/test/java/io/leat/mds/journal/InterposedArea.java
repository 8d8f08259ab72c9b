package io.leat.mds.journal;

import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
import java.util.List;
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
  public List<Device> epochs() {
    return area.epochs().stream().map(this::interposed).toList();
  }

  private Device interposed(Device epochs) {
    return new ForwardingDevice(epochs) {
      @Override
      public void flush() throws IOException {
        super.flush();
        runOnce();
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
