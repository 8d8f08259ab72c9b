package io.leat.mds.server;

import io.leat.volume.Access;
import io.leat.volume.Device;
import io.leat.volume.Devices;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes what clients have put into the page cache durable, and knows up to which commit that has
 * been done. For buffered volumes, whose clients are all on this host: flushing the file here
 * flushes what any of them wrote. One thread at a time.
 */
public final class VolumeSync implements Closeable {

  private final Device device;
  private long synced;

  /**
   * @param device the volume, closed with this
   */
  public VolumeSync(Device device) {
    this.device = device;
  }

  static VolumeSync open(Path volume) throws IOException {
    return new VolumeSync(Devices.open(volume, Access.BUFFERED));
  }

  /** Forgets what has been flushed: a new term has to be told again. */
  public void restart() {
    synced = 0;
  }

  /**
   * Flushes the volume if there are commits above those flushed already.
   *
   * @param commits made when this is called; their bytes were written before
   * @return true when {@code commits} is news
   */
  public boolean sync(long commits) throws IOException {
    if (commits <= synced) {
      return false;
    }
    device.flush();
    synced = commits;
    return true;
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
