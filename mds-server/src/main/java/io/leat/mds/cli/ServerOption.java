package io.leat.mds.cli;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
import io.leat.wire.proto.VirtualServerDescription;
import java.io.IOException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which metadata server to ask: one by its address, else the cell's. */
final class ServerOption {
  @Mixin private DataOption data;

  @Option(
      names = "--mds",
      paramLabel = "HOST:PORT",
      description = "A metadata server to ask, in the place of an embedded cell's.")
  private String address;

  /**
   * Connects to it.
   *
   * @throws IOException when the cell does not run or the server does not answer
   */
  ServerQuery connect() throws IOException {
    return ServerQuery.connect(address == null ? cellAddress() : address);
  }

  /**
   * Connects to the owner of a virtual server, which another server may tell.
   *
   * @throws IOException also when it has no owner now
   */
  ServerQuery connectToOwner(String virtualServer) throws IOException {
    String owner;
    try (ServerQuery query = connect()) {
      VirtualServerDescription known = query.known(virtualServer);
      if (known.getEpoch() == 0) {
        throw new CommandFailure(
            "virtual server %s has no owner now: it is %s at %s; try again"
                .formatted(virtualServer, known.getState(), known.getOwner()));
      }
      owner = known.getAddress();
    }
    return ServerQuery.connect(owner);
  }

  private String cellAddress() throws IOException {
    CellLayout layout = data.existing();
    RunFile run =
        new BackgroundCell(layout)
            .running()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "the cell in %s is not running; start it with '%s'"
                            .formatted(layout.root(), Invocation.of("start", layout))));
    return run.addresses().get(0);
  }
}
