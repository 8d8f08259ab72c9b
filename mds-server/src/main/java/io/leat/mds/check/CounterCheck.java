package io.leat.mds.check;

import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.proto.CountersRecord;
import java.util.Optional;

/** The counters against what they count. */
final class CounterCheck {

  private final CountersRecord counters;
  private final CountersRecord.Builder right;
  private final Findings findings;

  private CounterCheck(CountersRecord counters, Findings findings) {
    this.counters = counters;
    this.right = counters.toBuilder();
    this.findings = findings;
  }

  /**
   * Compares.
   *
   * @return what the counters should be; empty where they cannot be read
   */
  static Optional<CountersRecord> run(
      ImageReader image, Findings findings, CountersRecord counted) {
    byte[] value = image.get(Keys.counters());
    return Optional.ofNullable(value)
        .flatMap(bytes -> Records.parse(CountersRecord.parser(), bytes))
        .map(counters -> new CounterCheck(counters, findings).compare(counted));
  }

  private CountersRecord compare(CountersRecord counted) {
    requireAbove(
        FindingKind.FILE_ID_NOT_BELOW_NEXT, counters.getNextFileId(), counted.getNextFileId());
    right.setNextFileId(Math.max(counters.getNextFileId(), counted.getNextFileId()));
    requireAbove(
        FindingKind.SESSION_ID_NOT_BELOW_NEXT, counters.getNextSession(), counted.getNextSession());
    right.setNextSession(Math.max(counters.getNextSession(), counted.getNextSession()));
    compare("inodes", counters.getInodes(), counted.getInodes());
    right.setInodes(counted.getInodes());
    compare("free blocks", counters.getFreeBlocks(), counted.getFreeBlocks());
    right.setFreeBlocks(counted.getFreeBlocks());
    compare("quarantined blocks", counters.getQuarantinedBlocks(), counted.getQuarantinedBlocks());
    right.setQuarantinedBlocks(counted.getQuarantinedBlocks());
    compare("pooled blocks", counters.getPooledBlocks(), counted.getPooledBlocks());
    right.setPooledBlocks(counted.getPooledBlocks());
    compare("blocks in all", counters.getTotalBlocks(), counted.getTotalBlocks());
    right.setTotalBlocks(counted.getTotalBlocks());
    return right.build();
  }

  private void requireAbove(FindingKind kind, long next, long required) {
    if (next < required) {
      findings.add(
          kind, "counters", "the next id is %d, and %d is taken".formatted(next, required - 1));
    }
  }

  private void compare(String what, long says, long counted) {
    if (says != counted) {
      findings.add(
          FindingKind.COUNTERS_WRONG,
          "counters",
          "%s: the counter says %d, there are %d".formatted(what, says, counted));
    }
  }
}
