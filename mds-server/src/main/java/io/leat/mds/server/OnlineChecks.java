package io.leat.mds.server;

import io.leat.mds.check.CheckReport;
import io.leat.mds.check.Finding;
import io.leat.mds.check.ImageChecker;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Caller;
import io.leat.mds.operation.Replies;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.proto.CheckCount;
import io.leat.wire.proto.CheckFinding;
import io.leat.wire.proto.CheckResult;
import io.leat.wire.proto.Reply;
import java.io.Closeable;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks virtual servers while they serve, one after the other, on a thread of their own. A check
 * reads a snapshot, so it stops nobody and sees one consistent state; meanwhile the image cannot
 * use space again that the snapshot still shows. It ends early when the term ends or the server
 * closes.
 */
final class OnlineChecks implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(OnlineChecks.class);

  /** Checks that may wait. */
  static final int WAITING_MAX = 4;

  /** Findings in one reply. */
  static final int FINDINGS_MAX = 1_000;

  /** How long a check may take to notice that it should end. */
  private static final long STOP_SECONDS = 30;

  private final ThreadPoolExecutor checks =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING_MAX),
          task -> {
            Thread thread = new Thread(task, "leat-check");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean closed;

  /**
   * Checks and calls {@code then} on the checks' thread.
   *
   * @throws LeatException when the caller may not, or too many checks wait
   */
  void submit(VirtualServerHost host, long epoch, Caller caller, Consumer<Reply> then)
      throws LeatException {
    Access.requireSuperuser(caller, "check a virtual server");
    try {
      checks.execute(() -> then.accept(check(host, epoch)));
    } catch (RejectedExecutionException e) {
      throw overloaded("Too many checks wait; refused one of virtual server " + host.name(), e);
    }
  }

  private static LeatException overloaded(String message, Exception cause) {
    return new LeatException(ErrorCode.OVERLOADED, message, cause);
  }

  private Reply check(VirtualServerHost host, long epoch) {
    try (ImageSnapshot snapshot = host.snapshot()) {
      CheckReport report =
          ImageChecker.check(new StoppableReader(snapshot, () -> closed || host.epoch() != epoch));
      LOG.info(
          "{}: checked {} files and directories, {} findings {}",
          host.name(),
          report.inodes(),
          report.total(),
          report.counts());
      return Reply.newBuilder().setCheck(result(report)).build();
    } catch (CancellationException e) {
      return Replies.error(
          overloaded("The check of " + host.name() + " ended early: its term is over", e));
    } catch (RuntimeException e) {
      LOG.error("{}: the check failed", host.name(), e);
      return Replies.error(
          new LeatException(
              ErrorCode.UNSUPPORTED, "The check of %s failed: %s".formatted(host.name(), e)));
    }
  }

  private static CheckResult result(CheckReport report) {
    CheckResult.Builder result =
        CheckResult.newBuilder()
            .setInodes(report.inodes())
            .setExtents(report.extents())
            .setRanges(report.ranges());
    report
        .counts()
        .forEach(
            (kind, count) ->
                result.addCounts(CheckCount.newBuilder().setKind(kind.name()).setCount(count)));
    report.findings().stream().limit(FINDINGS_MAX).forEach(one -> result.addFindings(proto(one)));
    return result.build();
  }

  private static CheckFinding proto(Finding finding) {
    return CheckFinding.newBuilder()
        .setKind(finding.kind().name())
        .setSeverity(finding.severity().name())
        .setWhere(finding.where())
        .setMessage(finding.message())
        .setRepair(finding.repair())
        .build();
  }

  /** Ends what runs; images can be closed afterwards. */
  @Override
  public void close() {
    closed = true;
    checks.shutdownNow();
    try {
      if (!checks.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A check still runs {} s after it was told to end", STOP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
