package io.leat.mds.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a check found.
 *
 * @param findings in the order of the check, at most {@link Findings#KEPT_MAX}
 * @param counts how many there are of each kind, those that were not kept included
 * @param inodes files and directories, the root included
 * @param extents of files
 * @param ranges of blocks with an owner
 */
public record CheckReport(
    List<Finding> findings, Map<FindingKind, Long> counts, long inodes, long extents, long ranges) {

  public CheckReport {
    findings = List.copyOf(findings);
    Map<FindingKind, Long> copy = new EnumMap<>(FindingKind.class);
    copy.putAll(counts);
    counts = Collections.unmodifiableMap(copy);
  }

  /** The same with one finding more, which comes first. */
  public CheckReport with(Finding finding) {
    List<Finding> more = new ArrayList<>(findings.size() + 1);
    more.add(finding);
    more.addAll(findings);
    Map<FindingKind, Long> counted = new EnumMap<>(FindingKind.class);
    counted.putAll(counts);
    counted.merge(finding.kind(), 1L, Long::sum);
    return new CheckReport(more, counted, inodes, extents, ranges);
  }

  /** Findings in all. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  public boolean isClean() {
    return counts.isEmpty();
  }
}
