package io.leat.mds.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which boot of the host this is: after a crash of the host its page cache is another. */
final class HostBoot {

  /** System property that stands in for the kernel's answer, so that tests can fake a crash. */
  private static final String PROPERTY = "leat.boot.id";

  private static final Path KERNEL = Path.of("/proc/sys/kernel/random/boot_id");

  private HostBoot() {}

  static String id() throws IOException {
    String given = System.getProperty(PROPERTY);
    return given == null ? Files.readString(KERNEL).strip() : given;
  }
}
