package io.leat.mds.server;

import io.leat.mds.core.Inbound;
import io.leat.mds.core.Outgoing;
import io.leat.mds.core.Peer;
import io.leat.mds.core.VirtualServerCore;
import io.leat.mds.image.Effects;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.RecordingTransaction;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.namespace.NamespaceWriter;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

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
 * <p>When any step fails the term is over: the transaction is dropped, nothing is answered, and the
 * next term finds out from the journal what belongs to history. {@link TermStart} makes terms. One
 * thread at a time.
 */
public final class Term implements Closeable {

  /** Effects after which a batch takes no further request; leaves room for the largest one. */
  private static final int EFFECTS_BYTES_FULL = 1 << 20;

  private final Image image;
  private final Journal journal;
  private final VirtualServerCore core;
  private final TimeSource time;
  private final Effects effects = new Effects();
  private volatile boolean ended;

  /** What the loop hands to a term: a request, or the news that a connection is gone. */
  public sealed interface Work permits Execute, Disconnect {}

  /** Carry a request out. */
  public record Execute(Inbound inbound) implements Work {}

  /** Forget a connection. */
  public record Disconnect(Peer peer) implements Work {}

  Term(Image image, Journal journal, VirtualServerCore core, TimeSource time) {
    this.image = image;
    this.journal = journal;
    this.core = core;
    this.time = time;
  }

  /**
   * Runs what {@code source} holds as one batch, as far as it fits.
   *
   * @param tick also do what time brings
   * @return true when there is more to do at once
   * @throws IOException when the term is over
   */
  public boolean run(List<Work> source, boolean tick) throws IOException {
    List<Outgoing> out = new ArrayList<>();
    boolean more =
        durably(
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
              return tick ? core.tick(namespace, time.now(), out) : core.hasWork();
            });
    for (Outgoing message : out) {
      message.peer().send(message.message());
    }
    return more || !source.isEmpty();
  }

  private void execute(Work work, NamespaceWriter namespace, List<Outgoing> out) {
    if (work instanceof Execute execute) {
      core.execute(execute.inbound(), namespace, time.now(), out);
    } else if (work instanceof Disconnect disconnect) {
      core.disconnected(disconnect.peer());
    }
  }

  /** A change made outside of any request, before the term serves. */
  static void write(Image image, Journal journal, Consumer<NamespaceWriter> change)
      throws IOException {
    Effects effects = new Effects();
    try (ImageTransaction transaction = image.begin()) {
      NamespaceWriter namespace =
          new NamespaceWriter(new RecordingTransaction(transaction, effects));
      change.accept(namespace);
      namespace.finish();
      commit(journal, effects, transaction);
    }
  }

  private boolean durably(Change change) throws IOException {
    effects.clear();
    try (ImageTransaction transaction = image.begin()) {
      NamespaceWriter namespace =
          new NamespaceWriter(new RecordingTransaction(transaction, effects));
      boolean more = change.apply(namespace);
      namespace.finish();
      commit(journal, effects, transaction);
      core.committed(journal.position().batch());
      return more;
    }
  }

  private static void commit(Journal journal, Effects effects, ImageTransaction transaction)
      throws IOException {
    JournalPosition position = effects.isEmpty() ? null : journal.append(effects.view());
    if (!journal.newest()) {
      throw new IOException(
          "another metadata server has claimed a newer epoch than " + journal.epoch());
    }
    if (position != null) {
      AppliedPosition.put(transaction, position);
      transaction.commit();
    }
  }

  /** Makes the journal's next segment; any thread. False when the term needs none any more. */
  public boolean prepareNextSegment() throws IOException {
    return !ended && journal.prepareNextSegment();
  }

  /** No more batches are run. */
  public void end() {
    ended = true;
  }

  /** Changes an open namespace. */
  @FunctionalInterface
  private interface Change {
    boolean apply(NamespaceWriter namespace);
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
