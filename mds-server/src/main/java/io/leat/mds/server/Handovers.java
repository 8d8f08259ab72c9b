package io.leat.mds.server;

import io.leat.coordination.OwnerRecord;
import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Caller;
import io.leat.mds.operation.Replies;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.proto.HandOver;
import io.leat.wire.proto.HandedOver;
import io.leat.wire.proto.Reply;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands virtual servers over to other candidates, one after the other, on a thread of its own: as
 * somebody asks for it, when the preferred candidate is back, and all of them when the server
 * closes. It waits for the name service, which event loops must not.
 */
final class Handovers implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Handovers.class);

  /** Requests that may wait. */
  private static final int WAITING_MAX = 64;

  /** How often it is looked whether a preferred candidate is back. */
  private static final long LOOK_MILLIS = 500;

  private final Collection<VirtualServerHost> hosts;
  private final ScheduledThreadPoolExecutor thread;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param hosts of this server; read by any thread
   */
  Handovers(Collection<VirtualServerHost> hosts) {
    this.hosts = hosts;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "leat-handover");
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Looks from now on whether preferred candidates are back. */
  void start() {
    var unused =
        thread.scheduleWithFixedDelay(
            this::giveBack, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Hands a virtual server over and calls {@code then} with what came of it.
   *
   * @throws LeatException when the caller may not, or too many wait
   */
  void submit(VirtualServerHost host, HandOver how, Caller caller, Consumer<Reply> then)
      throws LeatException {
    Access.requireSuperuser(caller, "hand a virtual server over");
    if (waiting.incrementAndGet() > WAITING_MAX) {
      waiting.decrementAndGet();
      throw new LeatException(
          ErrorCode.OVERLOADED, "Too many virtual servers are being handed over; try again");
    }
    thread.execute(
        () -> {
          waiting.decrementAndGet();
          then.accept(handOver(host, how));
        });
  }

  private static Reply handOver(VirtualServerHost host, HandOver how) {
    try {
      Handover handover = host.handover().orElseThrow();
      OwnerRecord record =
          how.getPreferred()
              ? handover.giveBack()
              : handover.handOver(
                  how.getTo().isEmpty() ? Optional.empty() : Optional.of(how.getTo()));
      return Reply.newBuilder()
          .setHandedOver(
              HandedOver.newBuilder().setOwner(record.owner()).setAddress(record.address()))
          .build();
    } catch (LeatException e) {
      return Replies.error(e);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{}: not handed over", host.name(), e);
      return Replies.error(
          new LeatException(
              ErrorCode.OVERLOADED,
              "Virtual server %s was not handed over: %s".formatted(host.name(), e.getMessage()),
              e));
    }
  }

  private void giveBack() {
    for (VirtualServerHost host : hosts) {
      try {
        if (host.handover().isPresent()) {
          host.handover().get().giveBackIfDue();
        }
      } catch (IOException | RuntimeException e) {
        LOG.warn("{}: not given back: {}", host.name(), e.getMessage(), e);
      }
    }
  }

  /**
   * Hands over what is served here and can be; then none is any more. What cannot be is taken over
   * by others a little later.
   */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(Handover.REST_AWAITED_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        LOG.warn("a handover takes too long, and nothing more is handed over");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    for (VirtualServerHost host : hosts) {
      handOverAtEnd(host);
    }
  }

  private static void handOverAtEnd(VirtualServerHost host) {
    Optional<Handover> handover = host.handover().filter(Handover::isPossible);
    if (handover.isPresent()) {
      try {
        LOG.info("{}: owned by {} now", host.name(), handover.get().handOver(Optional.empty()));
      } catch (IOException | RuntimeException e) {
        LOG.info("{}: not handed over: {}", host.name(), e.getMessage());
      }
    }
  }
}
