package io.leat.mds.cli;

import io.leat.mds.check.CheckReport;
import io.leat.wire.proto.CheckCount;
import io.leat.wire.proto.CheckFinding;
import io.leat.wire.proto.CheckResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The check of one virtual server, offline or online, to print.
 *
 * @param virtualServer its name
 * @param how a sentence: what was checked
 * @param inodes files and directories
 * @param extents of files
 * @param ranges of blocks with an owner
 * @param findings the first ones
 * @param counts of all, by kind
 * @param repairs what was done, a sentence each
 */
record CheckOutcome(
    String virtualServer,
    String how,
    long inodes,
    long extents,
    long ranges,
    List<Line> findings,
    Map<String, Long> counts,
    List<String> repairs) {

  /** A finding. */
  record Line(String kind, String severity, String where, String message, String repair) {}

  CheckOutcome {
    findings = List.copyOf(findings);
    repairs = List.copyOf(repairs);
  }

  static CheckOutcome of(
      String virtualServer, String how, CheckReport report, List<String> repairs) {
    Map<String, Long> counts = new LinkedHashMap<>();
    report.counts().forEach((kind, count) -> counts.put(kind.name(), count));
    List<Line> lines = new ArrayList<>();
    report
        .findings()
        .forEach(
            one ->
                lines.add(
                    new Line(
                        one.kind().name(),
                        one.severity().name(),
                        one.where(),
                        one.message(),
                        one.repair())));
    return new CheckOutcome(
        virtualServer,
        how,
        report.inodes(),
        report.extents(),
        report.ranges(),
        lines,
        counts,
        repairs);
  }

  static CheckOutcome of(String virtualServer, String how, CheckResult result) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (CheckCount count : result.getCountsList()) {
      counts.put(count.getKind(), count.getCount());
    }
    List<Line> lines = new ArrayList<>();
    for (CheckFinding one : result.getFindingsList()) {
      lines.add(
          new Line(
              one.getKind(), one.getSeverity(), one.getWhere(), one.getMessage(), one.getRepair()));
    }
    return new CheckOutcome(
        virtualServer,
        how,
        result.getInodes(),
        result.getExtents(),
        result.getRanges(),
        lines,
        counts,
        List.of());
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  boolean isClean() {
    return counts.isEmpty();
  }

  Map<String, Object> map() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("virtualServer", virtualServer);
    map.put("how", how);
    map.put("clean", isClean());
    map.put("inodes", inodes);
    map.put("extents", extents);
    map.put("ranges", ranges);
    map.put("total", total());
    map.put("counts", counts);
    map.put("findings", findings.stream().map(CheckOutcome::map).toList());
    map.put("repairs", repairs);
    return map;
  }

  private static Map<String, Object> map(Line line) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", line.kind());
    map.put("severity", line.severity());
    map.put("where", line.where());
    map.put("message", line.message());
    map.put("repair", line.repair());
    return map;
  }
}
