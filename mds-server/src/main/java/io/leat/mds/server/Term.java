package io.leat.mds.server;

import io.leat.mds.checkpoint.AppliedPosition;
import io.leat.mds.core.Fence;
import io.leat.mds.core.Inbound;
import io.leat.mds.core.Outgoing;
import io.leat.mds.core.Peer;
import io.leat.mds.core.VirtualServerCore;
import io.leat.mds.image.Effects;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageException;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.RecordingTransaction;
import io.leat.mds.journal.EarlyLog;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalFullException;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.journal.NewerEpochException;
import io.leat.mds.namespace.NamespaceCache;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.wire.proto.Envelope;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term of ownership: runs batches through the state machine, the journal and the image, in the
 * order that makes them safe.
 *
 * <ol>
 *   <li>Execute all requests of the batch in one open transaction of the image, recording effects.
 *   <li>Append the effects to the journal; durable when that returns.
 *   <li>Check the epoch (J1): the check began after everything the replies show was durable.
 *   <li>Commit the transaction, so that readers of snapshots see only what is durable (S1).
 *   <li>Release the replies.
 * </ol>
 *
 * <p>A batch of requests whose answers may be early ({@link VirtualServerCore#mayAnswerEarly}) is
 * not given to the journal at once: its effects go to the {@link EarlyLog}, the epoch is checked,
 * the transaction is dropped and the replies leave. The next batch begins with these effects, and
 * they become durable together, at the next tick at the latest. Until then snapshots do not show
 * them: {@link #unsettled} tells that queries have to come here.
 *
 * <p>When any step fails the term is over: the transaction is dropped, nothing is answered, and the
 * next term finds out from the journal what belongs to history. {@link TermStart} makes terms. One
 * thread at a time.
 */
public final class Term implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Term.class);

  /** Effects after which a batch takes no further request; leaves room for the largest one. */
  private static final int EFFECTS_BYTES_FULL = 1 << 20;

  /** Attempts to append a batch; before each further one, checkpoints make room. */
  private static final int APPENDS_MAX = 2;

  private final Image image;
  private final Journal journal;
  private final VirtualServerCore core;
  private final Checkpointer checkpoints;
  private final TimeSource time;

  /** Null where every answer has to be durable. */
  private EarlyLog early;

  /** Of the batch, behind those that were answered early. */
  private final Effects effects = new Effects();

  /** As of the last batch; one that fails is the last of this object. */
  private final NamespaceCache cache = new NamespaceCache();

  /** Asked for in the present batch. */
  private final List<Renew> renewals = new ArrayList<>();

  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean failed;
  private boolean unflushed;
  private volatile boolean unsettled;
  private volatile long commits;
  private volatile long batch;
  private volatile List<Fence> fences = List.of();

  /** What the loop hands to a term: a request, or the news that a connection is gone. */
  public sealed interface Work permits Execute, Disconnect, Synced, Unlocked, Renew {}

  /** Carry a request out. */
  public record Execute(Inbound inbound) implements Work {}

  /** Note that the volume has been flushed since this commit. */
  public record Synced(long commit) implements Work {}

  /** Nobody holds the lock file of a session that is over. */
  public record Unlocked(long session) implements Work {}

  /**
   * Begin a segment of the journal, with a batch.
   *
   * @param done completed when that is durable
   */
  public record Renew(CompletableFuture<Void> done) implements Work {}

  /** Forget a connection. */
  public record Disconnect(Peer peer) implements Work {}

  /**
   * @param early null where every answer has to be durable; closed with the term
   * @param core of this term; closed with it
   * @param checkpoints of this term; closed with it
   */
  Term(
      Image image,
      Journal journal,
      EarlyLog early,
      VirtualServerCore core,
      Checkpointer checkpoints,
      TimeSource time) {
    this.image = image;
    this.journal = journal;
    this.early = early;
    this.core = core;
    this.checkpoints = checkpoints;
    this.time = time;
  }

  /**
   * Runs what {@code source} holds as one batch, as far as it fits.
   *
   * @param tick also do what time brings
   * @return true when there is more to do at once, by a tick
   * @throws IOException when the term is over
   */
  public boolean run(List<Work> source, boolean tick) throws IOException {
    List<Outgoing> out = new ArrayList<>();
    boolean more =
        run(
            tick,
            namespace -> {
              int done = 0;
              for (Work work : source) {
                if (effects.byteSize() >= EFFECTS_BYTES_FULL) {
                  break;
                }
                execute(work, namespace, out);
                done++;
              }
              source.subList(0, done).clear();
              boolean left = tick && core.tick(namespace, time.now(), out);
              while (core.hasFree() && effects.byteSize() < EFFECTS_BYTES_FULL) {
                core.retry(namespace, time.now(), out);
              }
              return left || core.hasFree();
            });
    if (tick) {
      fences = core.fences();
    }
    renewals.forEach(renew -> renew.done().complete(null));
    renewals.clear();
    release(out);
    if (tick) {
      flushImage();
    }
    return more || !source.isEmpty();
  }

  /**
   * What cannot be flushed stays in memory; when that is full, a batch fails, and the term with it.
   */
  private void flushImage() {
    try {
      image.flush();
      unflushed = false;
    } catch (ImageException e) {
      if (!unflushed) {
        LOG.warn("{} is behind the journal and keeps changes in memory for now", image, e);
      }
      unflushed = true;
    }
  }

  /** Gives each connection what is for it at once, so that it is flushed once. */
  private static void release(List<Outgoing> out) {
    Map<Peer, List<Envelope>> byPeer = new LinkedHashMap<>();
    for (Outgoing message : out) {
      byPeer.computeIfAbsent(message.peer(), peer -> new ArrayList<>()).add(message.message());
    }
    byPeer.forEach(Peer::sendAll);
  }

  private void execute(Work work, NamespaceWriter namespace, List<Outgoing> out) {
    if (work instanceof Execute execute) {
      core.execute(execute.inbound(), namespace, time.now(), out);
    } else if (work instanceof Disconnect disconnect) {
      core.disconnected(disconnect.peer());
    } else if (work instanceof Synced synced) {
      namespace.synced(synced.commit());
    } else if (work instanceof Unlocked unlocked) {
      core.unlocked(unlocked.session());
    } else if (work instanceof Renew renew) {
      journal.renew();
      namespace.touch();
      renewals.add(renew);
    }
  }

  /** A change made outside of any request, before the term serves. */
  static void write(Image image, Journal journal, Consumer<NamespaceWriter> change)
      throws IOException {
    writeRecords(
        image,
        journal,
        transaction -> {
          NamespaceWriter namespace = new NamespaceWriter(transaction);
          change.accept(namespace);
          namespace.finish();
        });
  }

  /** As {@link #write}, for changes to the records themselves. */
  static void writeRecords(Image image, Journal journal, Consumer<ImageTransaction> change)
      throws IOException {
    Effects effects = new Effects();
    try (ImageTransaction transaction = image.begin()) {
      change.accept(new RecordingTransaction(transaction, effects));
      commit(journal, effects.isEmpty() ? null : journal.append(effects.view()), transaction);
    }
  }

  /**
   * @param settle make everything durable, also what was answered early
   */
  private boolean run(boolean settle, Change change) throws IOException {
    if (!unsettled) {
      effects.clear();
    }
    if (failed) {
      throw new IOException("a batch of this term has failed, and nothing can follow it");
    }
    failed = true; // until this one has come to its end: what it has recorded must not be journaled
    int known = effects.byteSize();
    core.beginBatch();
    try (ImageTransaction transaction = image.begin()) {
      Effects.replay(effects.view(), transaction);
      NamespaceWriter namespace =
          new NamespaceWriter(new RecordingTransaction(transaction, effects), cache);
      boolean more = change.apply(namespace);
      long made = namespace.currentBoot().getCommits();
      namespace.finish();
      if (settle || !mayWait(effects.byteSize() - known) || !answeredEarly(known)) {
        commit(journal, effects.isEmpty() ? null : append(), transaction);
        unsettled = false;
        batch = journal.position().batch();
        core.committed(batch);
        commits = made;
      }
      failed = false;
      return more;
    } finally {
      checkpoints.journalGrew();
    }
  }

  /** Whether the batch's answers may leave before the journal has it. */
  private boolean mayWait(int effectsBytes) {
    return early != null
        && effectsBytes > 0
        && core.mayAnswerEarly()
        && early.hasRoom(journal.position(), effectsBytes);
  }

  /** False when it cannot be: then, and from then on, the journal comes first. */
  private boolean answeredEarly(int known) throws IOException {
    try {
      early.append(journal.position(), effects.view().position(known));
    } catch (IOException e) {
      LOG.warn("answers wait for the journal from now on: {}", e.getMessage(), e);
      early.close();
      early = null;
      return false;
    }
    unsettled = true; // before any answer leaves
    requireNewest(journal);
    return true;
  }

  /** Takes over what an earlier term has answered and not given to the journal. */
  static void adoptEarly(MetadataArea area, Image image, Journal journal) throws IOException {
    Optional<ByteBuffer> left = EarlyLog.read(area, journal.position());
    if (left.isPresent()) {
      writeRecords(image, journal, transaction -> Effects.replay(left.get(), transaction));
    }
  }

  /** Whether a batch will surely not have to wait until the journal has room; any thread. */
  boolean hasRoomAhead() {
    return checkpoints.hasRoomAhead();
  }

  /** Whether answers were given that snapshots do not show yet; any thread. */
  public boolean unsettled() {
    return unsettled;
  }

  private JournalPosition append() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return journal.append(effects.view());
      } catch (JournalFullException e) {
        if (attempt == APPENDS_MAX) {
          throw e;
        }
        checkpoints.makeRoom(e);
      }
    }
  }

  /**
   * @param position after the batch; null where there were no effects
   */
  private static void commit(
      Journal journal, JournalPosition position, ImageTransaction transaction) throws IOException {
    requireNewest(journal);
    if (position != null) {
      AppliedPosition.put(transaction, position);
      transaction.commit();
    }
  }

  private static void requireNewest(Journal journal) throws IOException {
    if (!journal.newest()) {
      throw new NewerEpochException(
          "another metadata server has claimed a newer epoch than " + journal.epoch());
    }
  }

  /** Makes a checkpoint now; any thread but the loop's. */
  public void checkpoint() throws IOException {
    checkpoints.checkpoint();
  }

  /** Of this term; any thread. */
  long epoch() {
    return journal.epoch();
  }

  /** The last batch that is durable; 0 before the first run; any thread. */
  public long batch() {
    return batch;
  }

  /** Commits of this boot whose bytes may be in the page cache alone; any thread. */
  public long commits() {
    return commits;
  }

  /** The lock files to look at, and to tell of with {@link Unlocked}; any thread. */
  public List<Fence> fences() {
    return fences;
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /**
   * Waits for the end, any thread.
   *
   * @return true when it has come, false when it has not within {@code millis}
   */
  boolean awaitEnd(long millis) throws InterruptedException {
    return ended.await(millis, TimeUnit.MILLISECONDS);
  }

  /** No more requests are taken. */
  void end() {
    checkpoints.end();
    ended.countDown();
  }

  /** Makes durable what was answered early. */
  public void settle() throws IOException {
    boolean unused = run(true, namespace -> false);
  }

  /** No more batches are run: makes the last checkpoint of an orderly end. */
  void finish() {
    flushImage();
    checkpoints.finish();
  }

  /** Changes an open namespace. */
  @FunctionalInterface
  private interface Change {
    boolean apply(NamespaceWriter namespace);
  }

  @Override
  public void close() throws IOException {
    core.close();
    try (Closeable last = journal;
        Closeable second = early;
        Closeable first = checkpoints) {
      LOG.debug("closing {}, {} and {}", first, second, last);
    }
  }
}
