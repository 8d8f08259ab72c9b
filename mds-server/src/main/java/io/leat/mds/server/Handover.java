package io.leat.mds.server;

import io.leat.coordination.ConnectionState;
import io.leat.coordination.Coordination;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.MemberInfo;
import io.leat.coordination.OwnerRecord;
import io.leat.coordination.VirtualServerConfig;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one virtual server changes from this owner to another candidate ({@code docs/takeover.md}).
 * The loop rests meanwhile, and everything that it has answered is durable; another thread names
 * the new owner at the name service.
 *
 * <p>{@link #happened} and {@link #refuse} are the loop's; the others are for one thread at a time
 * that may wait for the name service.
 */
final class Handover {

  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

  /** How long a handover may wait for the loop to come to it. */
  static final long REST_AWAITED_MILLIS_MAX = 10_000;

  /** How long the loop rests for a handover, without an answer to anybody. */
  private static final long REST_MILLIS_MAX = 1_000;

  /** After each automatic giveback the next one waits twice as long, so many times at most. */
  private static final int GIVEBACK_DOUBLED_MAX = 6;

  private final String virtualServer;
  private final MdsConfig config;
  private final Coordination coordination;
  private final Candidacy candidacy;
  private final TermLoop work;
  private final LongSupplier epoch;
  private final TimeSource time;

  /** Automatic givebacks so far, up to a maximum, and when the next one may be; one thread's. */
  private int givebacks;

  private long givebackAt = Long.MIN_VALUE;

  /** What the loop is to do after its present batch; null for nothing. */
  private final AtomicReference<Wish> wish = new AtomicReference<>();

  /**
   * Another candidate is to be the owner.
   *
   * @param rested when the loop rests, and everything that was answered is durable
   * @param done the other one's owner record, or why there is none
   */
  private record Wish(CompletableFuture<Void> rested, CompletableFuture<OwnerRecord> done) {}

  /**
   * @param epoch of the present term, 0 while there is none; any thread
   */
  Handover(
      String virtualServer,
      MdsConfig config,
      Coordination coordination,
      Candidacy candidacy,
      TermLoop work,
      LongSupplier epoch,
      TimeSource time) {
    this.virtualServer = virtualServer;
    this.config = config;
    this.coordination = coordination;
    this.candidacy = candidacy;
    this.work = work;
    this.epoch = epoch;
    this.time = time;
  }

  // ---- the loop's -----------------------------------------------------------------------------

  /**
   * Rests while another candidate is made the owner, if that is wanted. For a while only: what the
   * name service does later is found out by the next check of the epoch.
   */
  boolean happened() {
    Wish wanted = wish.getAndSet(null);
    if (wanted == null) {
      return false;
    }
    wanted.rested().complete(null);
    try {
      OwnerRecord record = wanted.done().get(REST_MILLIS_MAX, TimeUnit.MILLISECONDS);
      candidacy.wasMadeOwner(record);
      LOG.info("{}: handed over to {} at {}", virtualServer, record.owner(), record.address());
      return true;
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("{}: not handed over: {}", virtualServer, e.toString());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The term is over, and with it what was wished of it. */
  void refuse() {
    Wish wanted = wish.getAndSet(null);
    if (wanted != null) {
      wanted.rested().completeExceptionally(new IOException("its term has ended"));
    }
  }

  // ---- who asks for it ------------------------------------------------------------------------

  /**
   * Makes another candidate the owner, when everything that was answered is durable; clients are
   * sent there. Returns when that is done; the other one may need a little longer to serve. One
   * thread at a time, not the loop's nor an event loop's.
   *
   * @param to the candidate; empty for the first one in order that is ready
   * @throws LeatException when it is not served here, or the other one is not ready to take over
   * @throws IOException when the name service did not answer; it is still served here, unless
   *     another one has claimed it
   */
  OwnerRecord handOver(Optional<String> to) throws IOException {
    if (epoch.getAsLong() == 0) {
      throw new LeatException(
          ErrorCode.OVERLOADED,
          "Virtual server %s is not served by %s now; look again who owns it"
              .formatted(virtualServer, config.name()));
    }
    String chosen = chosen(to, candidateNames());
    MemberInfo member =
        coordination.membership().members().stream()
            .filter(one -> one.name().equals(chosen))
            .findFirst()
            .orElseThrow(
                () -> notReady("metadata server " + chosen + " is not a member of the cell now"));
    return handOver(member);
  }

  /** Whether a handover could succeed; any thread. */
  boolean isPossible() {
    return epoch.getAsLong() != 0
        && coordination.connectionState() == ConnectionState.CONNECTED
        && candidacy.anyReady();
  }

  private List<String> candidateNames() throws CoordinationException {
    return coordination
        .virtualServers()
        .read(virtualServer)
        .map(VirtualServerConfig::candidates)
        .orElse(List.of());
  }

  private String chosen(Optional<String> to, List<String> candidates) throws LeatException {
    if (to.isEmpty()) {
      return candidates.stream()
          .filter(candidacy::isReady)
          .findFirst()
          .orElseThrow(() -> notReady("no other candidate of " + candidates + " stands by ready"));
    }
    if (!candidates.contains(to.get()) || to.get().equals(config.name())) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "%s owns virtual server %s and could hand it over to one of its candidates %s, but not to %s"
              .formatted(config.name(), virtualServer, candidates, to.get()));
    }
    if (!candidacy.isReady(to.get())) {
      throw notReady("metadata server " + to.get() + " does not stand by with a warm image");
    }
    return to.get();
  }

  private LeatException notReady(String why) {
    return new LeatException(
        ErrorCode.OVERLOADED,
        "Virtual server %s stays with %s: %s; see 'leat vs show %s'"
            .formatted(virtualServer, config.name(), why, virtualServer));
  }

  private OwnerRecord handOver(MemberInfo to) throws IOException {
    long ofEpoch = epoch.getAsLong();
    Wish wanted = new Wish(new CompletableFuture<>(), new CompletableFuture<>());
    wish.set(wanted);
    work.rest();
    if (ofEpoch == 0 || epoch.getAsLong() != ofEpoch) {
      refuse();
    }
    awaitRest(wanted);
    try {
      OwnerRecord record =
          coordination
              .ownership()
              .claim(virtualServer, to.name(), to.address(), ofEpoch + 1, candidacy.owner());
      wanted.done().complete(record);
      return record;
    } catch (CoordinationException | RuntimeException e) {
      wanted.done().completeExceptionally(e);
      throw e;
    }
  }

  private void awaitRest(Wish wanted) throws IOException {
    try {
      wanted.rested().get(REST_AWAITED_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      boolean unused = wish.compareAndSet(wanted, null);
      throw new IOException(
          "the virtual server's loop did not come to it within " + REST_AWAITED_MILLIS_MAX + " ms",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while handing over", e);
    }
  }

  /** As the other, to the first candidate in order. */
  OwnerRecord giveBack() throws IOException {
    Optional<String> preferred = candidateNames().stream().findFirst();
    if (preferred.filter(config.name()::equals).isPresent()) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "Virtual server %s is at home: %s owns it, the first of its candidates"
              .formatted(virtualServer, config.name()));
    }
    return handOver(preferred);
  }

  /** Gives the virtual server back to its preferred candidate, if that has stood by long enough. */
  void giveBackIfDue() throws IOException {
    if (config.givebackMillis() == 0 || !isPossible()) {
      return;
    }
    Optional<String> preferred = candidateNames().stream().findFirst();
    long now = time.now().monotonicMillis();
    boolean due =
        preferred.isPresent()
            && candidacy.readyMillis(preferred.get()) >= config.givebackMillis()
            && now >= givebackAt;
    if (due) {
      LOG.info("{}: {} is back", virtualServer, preferred.get());
      // It may be unable to serve, and nobody knows before it tries.
      givebackAt = now + ((long) config.givebackMillis() << givebacks);
      givebacks = Math.min(givebacks + 1, GIVEBACK_DOUBLED_MAX);
      OwnerRecord unused = handOver(preferred);
    }
  }
}
