package io.leat.mds.cli;

import io.leat.mds.cell.Sizes;
import io.leat.volume.Volume;
import io.leat.volume.VolumeHeader;
import io.leat.volume.Volumes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
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
      description = {
        "Makes a new file or a blank block device a volume, for 'leat vs create --volume' or"
            + " leat.vs.NAME.volume.",
        "A device is taken whole; nothing but zeros may stand at its beginning and its end."
      },
      footer = {
        "",
        "Examples:",
        "  leat volume create /data/demo.vol --name demo --size 1t",
        "  leat volume create /dev/mapper/demo --name demo"
      })
  int create(
      @Parameters(
              paramLabel = "PATH",
              description = "The file, which must not exist, or the block device.")
          Path path,
      @Option(names = "--name", required = true, paramLabel = "NAME", description = "Its name.")
          String name,
      @Option(names = "--size", paramLabel = "SIZE", description = "Of a file, as 100g or 1t.")
          String size,
      @Option(
              names = "--prewrite",
              description = "Write zeros through it now: slow once, faster writes ever after.")
          boolean prewrite)
      throws IOException {
    boolean device = Files.exists(path) && !Files.isRegularFile(path);
    if (device == (size != null)) {
      throw new ParameterException(
          spec.commandLine(),
          device
              ? path + " is a device and taken whole, without --size"
              : path + " is to be a file and needs --size, as 100g");
    }
    VolumeHeader header =
        device
            ? Volumes.formatDevice(path, UUID.randomUUID(), name)
            : Volumes.format(path, UUID.randomUUID(), name, bytes(size), prewrite);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "Volume %s, %s, UUID %s, stands at %s.%n",
        header.name(), Sizes.of(header.sizeBytes()), header.uuid(), path.toAbsolutePath());
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
