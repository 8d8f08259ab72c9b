package io.leat.mds.journal;

import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
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
    return new ForwardingDevice(area.epochs()) {
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
