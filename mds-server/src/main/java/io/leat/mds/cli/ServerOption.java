package io.leat.mds.cli;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
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
