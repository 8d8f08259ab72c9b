package io.leat.mds.cell;

import io.leat.mds.config.LeatConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What stands where in a cell's directory.
 *
 * @param root the directory, absolute
 */
public record CellLayout(Path root) {

  /** The virtual server that every embedded cell starts with. */
  public static final String VIRTUAL_SERVER = "demo";

  public CellLayout {
    root = root.toAbsolutePath().normalize();
  }

  public Path conf() {
    return root.resolve("conf");
  }

  /** The clients' configuration; written at each start. */
  public Path coreSite() {
    return conf().resolve("core-site.xml");
  }

  /** The server's configuration; written once and then the operator's. */
  public Path leatSite() {
    return conf().resolve(LeatConfiguration.FILE);
  }

  public Path logs() {
    return root.resolve("logs");
  }

  /** The server's log. */
  public Path serverLog() {
    return logs().resolve("mds.log");
  }

  /** What the background process wrote to standard output and error. */
  public Path processOutput() {
    return logs().resolve("cell.out");
  }

  /** For jobs' temporary files. */
  public Path tmp() {
    return root.resolve("tmp");
  }

  Path zooKeeper() {
    return root.resolve("zookeeper");
  }

  Path properties() {
    return root.resolve("cell.properties");
  }

  Path lock() {
    return root.resolve("cell.lock");
  }

  Path runFile() {
    return root.resolve("cell.run");
  }

  /** Whether a cell stands here. */
  public boolean exists() {
    return Files.isRegularFile(properties());
  }

  /**
   * Makes the directories of a cell, or leaves those of an existing one.
   *
   * @return the properties of the cell, new or found
   * @throws IOException when the directory holds something else
   */
  public CellProperties create() throws IOException {
    if (exists()) {
      return CellProperties.load(properties());
    }
    refuseForeign();
    for (Path directory : List.of(conf(), logs(), tmp())) {
      Files.createDirectories(directory);
    }
    CellProperties properties = CellProperties.fresh();
    properties.store(properties());
    return properties;
  }

  private void refuseForeign() throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    if (!Files.isDirectory(root)) {
      throw new IOException(root + " is not a directory; choose another one for the cell");
    }
    try (Stream<Path> entries = Files.list(root)) {
      if (entries.findAny().isPresent()) {
        throw new IOException(
            root + " is not empty and no Leat cell; choose a new or empty directory");
      }
    }
  }
}
