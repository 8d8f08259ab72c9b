package io.leat.benchmarks;

import io.leat.benchmarks.JobLine.Step;
import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.Sizes;
import io.leat.mds.cli.Invocation;
import io.leat.mds.cli.Table;
import io.leat.wire.proto.ServerDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * What the quickstart shows at its end.
 *
 * @param movedBytes what the jobs read and wrote
 * @param before the server before the jobs
 * @param after and after them
 */
record QuickstartReport(
    List<Step> steps, long movedBytes, ServerDescription before, ServerDescription after) {

  /** Most of the moved bytes, in percent, that may pass the server's sockets. */
  static final double SOCKET_PERCENT_MAX = 1.0;

  private static final double MILLIS_PER_SECOND = 1_000;
  private static final double BYTES_PER_KILO_MILLI = 1_000;

  QuickstartReport {
    steps = List.copyOf(steps);
  }

  /** Bytes on the metadata server's sockets meanwhile, both ways. */
  long socketBytes() {
    return after.getBytesReceived()
        + after.getBytesSent()
        - before.getBytesReceived()
        - before.getBytesSent();
  }

  double socketPercent() {
    return movedBytes == 0 ? 100 : 100.0 * socketBytes() / movedBytes;
  }

  void print(PrintWriter out, CellLayout layout) {
    out.println();
    Table table = new Table("JOB", "ROWS", "BYTES", "SECONDS", "MB/s");
    for (Step step : steps) {
      table.row(
          step.name(),
          step.rows() == 0 ? "-" : "%,d".formatted(step.rows()),
          "%,d".formatted(step.bytes()),
          "%.1f".formatted(step.millis() / MILLIS_PER_SECOND),
          "%.0f".formatted(step.bytes() / BYTES_PER_KILO_MILLI / Math.max(1, step.millis())));
    }
    table.print(out);
    out.printf("%nTeraValidate found every row, in order.%n");
    out.printf(
        "The jobs moved %s; %s of it or %.3f%% passed the metadata server's sockets.%n",
        Sizes.of(movedBytes), Sizes.of(socketBytes()), socketPercent());
    out.printf("%nNext:%n  %s%n", Invocation.fs(layout, "-ls quickstart"));
    out.printf("  %s%n", Invocation.of("status", layout));
    out.printf("  %s%n", Invocation.of("stop", layout));
    out.flush();
  }

  /** Fails when data took the way through the server. */
  void requireDirect() throws IOException {
    if (socketPercent() >= SOCKET_PERCENT_MAX) {
      throw new IOException(
          "%.2f%% of the data passed the metadata server, must be below %.0f%%"
              .formatted(socketPercent(), SOCKET_PERCENT_MAX));
    }
  }
}
