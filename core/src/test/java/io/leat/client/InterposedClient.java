package io.leat.client;

import io.leat.volume.Access;
import io.leat.volume.Device;
import io.leat.volume.Devices;
import io.leat.volume.Volumes;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** A client whose volumes stand on devices of the caller's making. */
public final class InterposedClient {

  private InterposedClient() {}

  /**
   * Connects.
   *
   * @param devices given each device as it was opened, returns the one to use; closing that closes
   *     the other
   */
  public static LeatClient connect(
      ClientConfig config, String virtualServer, UnaryOperator<Device> devices) throws IOException {
    return LeatClient.connect(
        config,
        virtualServer,
        (path, uuid, direct) -> {
          Device device = devices.apply(Devices.open(path, new Access(direct, false, false)));
          return Volumes.open(device, path.toString(), uuid);
        });
  }
}
