package io.leat.mds.server;

import io.leat.mds.core.Settings;
import io.leat.mds.journal.Bookmark;
import io.leat.mds.journal.JournalActivation;
import io.leat.mds.journal.JournalActivation.Activated;
import java.io.Closeable;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to a term, phase by phase. Who calls it may pause between two phases for as long as he
 * likes, or never come back: what has been done until then harms nobody, and the next recovery
 * begins anew. One thread takes the steps; any may ask for the phase.
 */
public final class Recovery implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /** Becomes the owner in the name service. */
  @FunctionalInterface
  public interface Election {
    /**
     * Changes the owner record.
     *
     * @return the epoch to claim
     * @throws IOException when another one was quicker, or the name service does not answer
     */
    long win() throws IOException;
  }

  private final TermStart start;
  private final Election election;
  private final LongFunction<Settings> settingsOf;
  private final Optional<Bookmark> known;
  private final ImageRecovery image;
  private final Map<RecoveryPhase, Long> millis = new EnumMap<>(RecoveryPhase.class);
  private volatile RecoveryPhase phase = RecoveryPhase.ELECT;
  private Settings settings;
  private JournalActivation activation;

  /** Null before the history is sealed, and after the term has it. */
  private Activated activated;

  /** Null before the last phase. */
  private Term term;

  /**
   * @param settingsOf the term, by its epoch
   * @param known a place in the journal that the image was brought to
   */
  public Recovery(
      TermStart start,
      Election election,
      LongFunction<Settings> settingsOf,
      Optional<Bookmark> known) {
    this.start = start;
    this.election = election;
    this.settingsOf = settingsOf;
    this.known = known;
    this.image = start.recovery();
  }

  /** What the next step does. */
  public RecoveryPhase phase() {
    return phase;
  }

  /** Whether there is a term. */
  public boolean hasTerm() {
    return term != null;
  }

  /** The term; the caller closes it. */
  public Term term() {
    return term;
  }

  /**
   * Goes through all phases that are left.
   *
   * @return the term; the caller closes it
   * @throws IOException as {@link #step}
   */
  public Term run() throws IOException {
    while (!hasTerm()) {
      step();
    }
    return term;
  }

  /**
   * Goes through one phase.
   *
   * @throws IOException when another one was quicker or has a newer epoch, the storage cannot be
   *     read or written, or the namespace belongs to another volume; this recovery is over then,
   *     and to be closed
   */
  public void step() throws IOException {
    long begun = start.time().now().monotonicMillis();
    RecoveryPhase now = phase;
    phase = take(now);
    millis.put(now, start.time().now().monotonicMillis() - begun);
    if (hasTerm()) {
      LOG.info("{}: recovered under epoch {} ({})", start.virtualServer(), term.epoch(), timing());
    }
  }

  /** The dispatcher: does what a phase is for, and says which comes next. */
  private RecoveryPhase take(RecoveryPhase now) throws IOException {
    return switch (now) {
      case ELECT -> {
        settings = settingsOf.apply(election.win());
        activation = start.activation(settings.epoch(), image);
        yield RecoveryPhase.FENCE;
      }
      case FENCE -> {
        activation.claim();
        yield RecoveryPhase.SCAN;
      }
      case SCAN -> {
        activation.read(known);
        yield RecoveryPhase.REPLAY;
      }
      case REPLAY -> {
        activation.recover();
        yield RecoveryPhase.SEAL;
      }
      case SEAL -> {
        activated = activation.seal();
        image.finish(activated.history());
        yield RecoveryPhase.RECONSTRUCT;
      }
      case RECONSTRUCT -> {
        start.reconstruct(activated.journal(), settings.leaseMillis());
        yield RecoveryPhase.INSTANTIATE;
      }
      case INSTANTIATE -> {
        term = start.term(activated, settings);
        activated = null;
        yield RecoveryPhase.GATHER;
      }
      case GATHER -> throw new IllegalStateException("the term is there");
    };
  }

  private String timing() {
    StringJoiner all = new StringJoiner(", ", "", " ms");
    millis.forEach((of, took) -> all.add(of.text() + " " + took));
    return all.toString();
  }

  /** Lets go of the journal, unless the term has it. */
  @Override
  public void close() throws IOException {
    if (activated != null) {
      Activated over = activated;
      activated = null;
      over.journal().close();
    }
  }
}
