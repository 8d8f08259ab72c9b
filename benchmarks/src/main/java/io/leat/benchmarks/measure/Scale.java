package io.leat.benchmarks.measure;

/**
 * How much is done.
 *
 * @param name how the client is told
 * @param warmUps turns of each system at each thing that do not count. One thread gives compilers
 *     so little to count that servers and clients still get faster in their second and third turn
 * @param dfsioFiles files of TestDFSIO
 * @param dfsioMegabytes MiB of each of them
 * @param fileMegabytes MiB of the file that is written and read otherwise
 * @param phaseMillis how long one thing is measured, where it is repeated for a time
 * @param paths files that stat and open find, each once in a phase
 * @param listDirectories directories of 1,000 files that are listed in turn
 * @param smallFiles files of 4 KiB that are read, each once in a phase
 * @param deletesPerThread most files that one thread deletes
 */
public record Scale(
    String name,
    int warmUps,
    int dfsioFiles,
    int dfsioMegabytes,
    int fileMegabytes,
    int phaseMillis,
    int paths,
    int listDirectories,
    int smallFiles,
    int deletesPerThread) {

  /** For numbers that are published. */
  public static final Scale FULL =
      new Scale("full", 3, 4, 256, 1024, 1_500, 60_000, 8, 16_000, 4_000);

  /** Less data and less time. */
  public static final Scale SMALL = new Scale("small", 1, 4, 64, 256, 400, 8_000, 3, 4_000, 1_000);

  /**
   * Shows that everything runs; its numbers say nothing. TestDFSIO counts whole milliseconds, and
   * has no throughput for files that are read in less.
   */
  public static final Scale TINY = new Scale("tiny", 1, 2, 32, 4, 50, 200, 1, 100, 40);

  private static final int DELETES_MAX = 8_000;
  private static final int MIB = 1 << 20;
  private static final long VOLUME_BYTES_MIN = 512L << 20;

  // Metadata, logs, journals and what is deleted a little later.
  private static final long OTHER_BYTES = 1L << 30;

  public Scale {
    if (warmUps < 1 || phaseMillis < 1 || fileMegabytes < 4) {
      throw new IllegalArgumentException("nothing can be measured in " + phaseMillis + " ms");
    }
  }

  /** The scale of a name. */
  public static Scale of(String name) {
    return switch (name) {
      case "full" -> FULL;
      case "small" -> SMALL;
      case "tiny" -> TINY;
      default -> throw new IllegalArgumentException("there is no scale '" + name + "'");
    };
  }

  /** Size of the large file, in bytes. */
  public long fileBytes() {
    return (long) fileMegabytes * MIB;
  }

  /** Most files that all threads delete in a phase. */
  public int deletes(int threads) {
    return Math.min(DELETES_MAX, deletesPerThread * threads);
  }

  /**
   * Size of a system's volume, where it has one: room for all that a run leaves there, in bytes.
   */
  public long volumeBytes() {
    return Math.max(VOLUME_BYTES_MIN, 8 * fileBytes());
  }

  /** What all systems together may take of the disk at a time, in bytes. */
  public long diskBytes(int systems) {
    long each = fileBytes() * 3 + (long) dfsioFiles * dfsioMegabytes * MIB * 2;
    return (Math.max(each, volumeBytes()) + OTHER_BYTES) * systems;
  }
}
