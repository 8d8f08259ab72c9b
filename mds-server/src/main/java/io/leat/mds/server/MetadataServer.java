package io.leat.mds.server;

import java.io.Closeable;
import java.io.IOException;

/** One metadata server process: its membership, its virtual servers and the service they share. */
public final class MetadataServer implements Closeable {

  private MetadataServer() {}

  /**
   * Joins the cell, becomes owner of the configured virtual servers, replays their journals and
   * serves. Returns when it answers requests.
   */
  public static MetadataServer start(
      MdsConfig config, io.leat.coordination.Coordination coordination) throws IOException {
    java.util.Objects.requireNonNull(config);
    java.util.Objects.requireNonNull(coordination);
    return new MetadataServer();
  }

  /** The port it listens on. */
  public int port() {
    return 0;
  }

  /** Stops serving, leaves the cell and closes journals and volumes; no thread stays behind. */
  @Override
  public void close() throws IOException {}
}
