package io.leat.mds.cli;

import io.leat.mds.cell.Sizes;
import io.leat.volume.Volume;
import io.leat.volume.VolumeHeader;
import io.leat.volume.Volumes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.hadoop.util.StringUtils.TraditionalBinaryPrefix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Volumes of real deployments; an embedded cell makes its own. */
@Command(
    name = "volume",
    synopsisSubcommandLabel = "COMMAND",
    description = "Volumes: where the data of files stands.",
    footer = {"", "Example:", "  leat volume create /data/demo.vol --name demo --size 1t"})
final class VolumeCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "volume create?");
  }

  @Command(
      name = "create",
      description = "Makes a new file a volume; leat.vs.NAME.volume then points to it.",
      footer = {"", "Example:", "  leat volume create /data/demo.vol --name demo --size 1t"})
  int create(
      @Parameters(paramLabel = "FILE", description = "The file, which must not exist.") Path file,
      @Option(names = "--name", required = true, paramLabel = "NAME", description = "Its name.")
          String name,
      @Option(
              names = "--size",
              required = true,
              paramLabel = "SIZE",
              description = "Its size, as 100g or 1t.")
          String size,
      @Option(
              names = "--prewrite",
              description = "Write zeros through it now: slow once, faster writes ever after.")
          boolean prewrite)
      throws IOException {
    VolumeHeader header = Volumes.format(file, UUID.randomUUID(), name, bytes(size), prewrite);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "Volume %s, %s, UUID %s, stands at %s.%n",
        header.name(), Sizes.of(header.sizeBytes()), header.uuid(), file.toAbsolutePath());
    out.flush();
    return 0;
  }

  private long bytes(String size) {
    try {
      return TraditionalBinaryPrefix.string2long(size) / Volume.BLOCK_SIZE * Volume.BLOCK_SIZE;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--size is '" + size + "', write 100g", e);
    }
  }
}
