package io.leat.benchmarks.workload;

import java.io.IOException;
import java.util.List;

/** What TestDFSIO writes to its result file. */
final class DfsioResult {
  private static final String THROUGHPUT = "Throughput mb/sec:";

  private DfsioResult() {}

  /** The throughput in MB/s of its last entry. */
  static double throughput(List<String> lines) throws IOException {
    String throughput =
        lines.stream()
            .map(String::trim)
            .filter(line -> line.startsWith(THROUGHPUT))
            .reduce((first, second) -> second)
            .map(line -> line.substring(THROUGHPUT.length()).trim())
            .orElseThrow(() -> new IOException("TestDFSIO tells no throughput in " + lines));
    try {
      return Double.parseDouble(throughput);
    } catch (NumberFormatException e) {
      throw new IOException(
          "TestDFSIO tells "
              + throughput
              + " MB/s: its files took less than the milliseconds it counts; let it have larger ones",
          e);
    }
  }
}
