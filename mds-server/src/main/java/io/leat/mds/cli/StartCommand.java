package io.leat.mds.cli;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.config.ConfigKey;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts an embedded cell in the background. */
@Command(
    name = "start",
    description = {
      "Starts an embedded cell in the background and waits until it serves.",
      "A cell is ZooKeeper, a metadata server and a volume, all in files under one directory and"
          + " on loopback ports that it chooses at its first start and keeps."
    },
    footer = {
      "",
      "Examples:",
      "  leat start                                   the default cell",
      "  leat start --data /tmp/cell --port 8540      another one, on a port of your choice",
      "  leat start --data /tmp/small --volume-size 1g",
      "",
      "Starting a cell that runs already is no error. More settings: DIR/conf/leat-site.xml."
    })
final class StartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the metadata server; kept for later starts.")
  private Integer port;

  @Option(
      names = "--volume-size",
      paramLabel = "SIZE",
      description = "Size of the volume that a first start makes, as 1g; default 32g, sparse.")
  private String volumeSize;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    CellLayout layout = data.layout();
    BackgroundCell cell = new BackgroundCell(layout);
    boolean already = cell.running().isPresent();
    if (!already) {
      out.println("Starting a cell in " + layout.root() + " ...");
      out.flush();
    }
    CellReport.started(out, layout, cell.start(settings()), already);
    return 0;
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    if (port != null) {
      settings.put(ConfigKey.MDS_PORT.template(), port.toString());
    }
    if (volumeSize != null) {
      settings.put(ConfigKey.VOLUME_SIZE.template(), volumeSize);
    }
    return settings;
  }
}
