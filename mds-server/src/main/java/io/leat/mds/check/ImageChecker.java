package io.leat.mds.check;

import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.proto.CountersRecord;
import io.leat.mds.namespace.proto.InodeRecord;
import java.util.List;

/**
 * Checks one view of an image against every rule that its tables must keep. One use, one thread;
 * the same view gives the same report.
 *
 * <p>Four scans of everything, two lookups per entry and back pointer and one per other row; see
 * the package for memory. An image into which nothing was ever put is clean.
 */
public final class ImageChecker {

  private final ImageReader image;
  private final Findings findings;
  private final InodeIndex index;
  private final LostAndFound lost;

  private ImageChecker(ImageReader image, boolean planning) {
    this.image = image;
    this.findings = new Findings(planning);
    this.index = new InodeIndex(image);
    this.lost = new LostAndFound(image, findings);
  }

  /** What is wrong with an image; takes as long as reading it a few times. */
  public static CheckReport check(ImageReader image) {
    return plan(image, false).report();
  }

  /** A report, and what may be done about it, in the order to do it. */
  record Plan(CheckReport report, List<Repair> repairs) {}

  static Plan plan(ImageReader image, boolean planning) {
    return new ImageChecker(image, planning).run();
  }

  private Plan run() {
    if (isEmpty()) {
      return new Plan(report(0, 0, 0), List.of());
    }
    RecordCheck.run(image, findings);
    EntryCheck entries = new EntryCheck(image, findings, index, lost);
    entries.run();
    checkTree();
    Space space = new Space(image, findings, index);
    OwnerScan owners = new OwnerScan(image, findings, index, space);
    owners.run();
    new LeaseCheck(image, findings, index, space).run();
    SessionCheck sessions = new SessionCheck(image, findings, index);
    sessions.run();
    SpaceCheck blocks = new SpaceCheck(image, findings, index, space);
    blocks.run();
    CountersRecord counted =
        CountersRecord.newBuilder()
            .setNextFileId(entries.highestId() + 1)
            .setNextSession(sessions.highestSession() + 1)
            .setInodes(entries.inodes())
            .setFreeBlocks(blocks.freeBlocks())
            .setQuarantinedBlocks(owners.quarantinedBlocks())
            .setPooledBlocks(owners.pooledBlocks())
            .setTotalBlocks(space.totalBlocks())
            .build();
    CounterCheck.run(image, findings, counted).ifPresent(this::planCounters);
    return new Plan(
        report(entries.inodes(), owners.extents(), space.ranges()), findings.allowedRepairs());
  }

  private boolean isEmpty() {
    boolean[] any = new boolean[1];
    image.scan(
        new byte[0],
        null,
        (key, value) -> {
          any[0] = key.length > 1 || key[0] == 'C' || !Records.isKnown(key);
          return !any[0];
        });
    return !any[0];
  }

  private void checkTree() {
    TreeCheck tree = new TreeCheck(findings, index, lost);
    FileCheck files = new FileCheck(image, findings, index);
    image.scan(
        new byte[] {'D'},
        null,
        (key, value) -> {
          if (Records.fault(key, value).isEmpty()) {
            InodeRecord inode = Records.inode(value).orElseThrow();
            tree.entry(key, inode);
            files.entry(key, inode);
          }
          return true;
        });
  }

  private void planCounters(CountersRecord right) {
    byte[] after = lost.plan(right).toByteArray();
    if (!java.util.Arrays.equals(after, image.get(Keys.counters()))) {
      findings.plan(
          new Repair(
              "counters computed again", false, List.of(Mutation.put(Keys.counters(), after))));
    }
  }

  private CheckReport report(long inodes, long extents, long ranges) {
    return new CheckReport(findings.kept(), findings.counts(), inodes, extents, ranges);
  }
}
