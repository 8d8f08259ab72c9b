package io.leat.mds.server;

import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.core.Settings;
import io.leat.mds.core.VirtualServerCore;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.journal.EarlyLog;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalActivation;
import io.leat.mds.journal.JournalActivation.Activated;
import io.leat.mds.journal.JournalHistory;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.namespace.Namespace;
import io.leat.volume.Volume;
import java.io.IOException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a term of ownership begins with, whoever runs it; {@link Recovery} takes the steps.
 *
 * @param virtualServer its name
 * @param owner the MDS, for people who look at the epoch blocks
 * @param area the metadata area, open as long as terms are begun
 * @param lane the own lane in it, acquired as long as terms are begun
 * @param image empty or warm; open as long as the term
 * @param checkpoints of the area
 * @param policy when checkpoints are made, and by whom
 * @param boot which boot of the host this is
 * @param volume open for reading as long as terms are begun
 * @param user who owns the directories of a new namespace, with {@code group}
 * @param group of the superusers
 * @param time clocks
 */
public record TermStart(
    String virtualServer,
    String owner,
    MetadataArea area,
    int lane,
    Image image,
    CheckpointStore checkpoints,
    Checkpoints policy,
    String boot,
    Volume volume,
    String user,
    String group,
    TimeSource time) {

  private static final Logger LOG = LoggerFactory.getLogger(TermStart.class);

  /**
   * When checkpoints are made.
   *
   * @param journalBytes appended since the last one
   * @param background on a thread of their own; else by the loop, in between its batches
   */
  public record Checkpoints(long journalBytes, boolean background) {}

  /** Share of the image above which what makes it grow is refused. */
  private static final double IMAGE_FULL_SHARE = 0.9;

  public TermStart {
    Objects.requireNonNull(area);
    Objects.requireNonNull(image);
    Objects.requireNonNull(volume);
    Objects.requireNonNull(time);
  }

  /** Brings the image to the end of history for a term of this process. */
  ImageRecovery recovery() {
    return new ImageRecovery(virtualServer, image, checkpoints, lane);
  }

  /** Claims an epoch on the metadata area, and seals what is there. */
  JournalActivation activation(long epoch, ImageRecovery recovery) {
    return new JournalActivation(area, lane, epoch, owner, recovery);
  }

  /** Writes what belongs to the beginning of a term to the journal and the image. */
  void reconstruct(Journal journal, int leaseMillis) throws IOException {
    Term.adoptEarly(area, image, journal);
    formatIfNew(journal);
    Term.write(image, journal, namespace -> namespace.beginTerm(boot, leaseMillis));
    FlushProofs.check(virtualServer, image, journal, volume);
  }

  /**
   * Does ahead of a term what would take time at its beginning, as far as that can be done while
   * another owner serves.
   */
  public void prepare() throws IOException {
    JournalActivation.prepare(area, lane, checkpoints.previousPosition());
  }

  /**
   * Brings the image to what is history for certain, while another owner serves.
   *
   * @return the journal as it was read for that
   */
  JournalHistory recoverSettled() throws IOException {
    JournalHistory history = JournalHistory.read(area);
    recovery().recover(history);
    return history;
  }

  /** Brings another image to the end of what the storage holds now; changes nothing there. */
  public void recover(Image other) throws IOException {
    JournalHistory history = JournalHistory.read(area);
    ImageRecovery recovery = new ImageRecovery(virtualServer, other, checkpoints, lane);
    recovery.recover(history);
    recovery.finish(history);
  }

  private void formatIfNew(Journal journal) throws IOException {
    try (ImageSnapshot snapshot = image.snapshot()) {
      if (new Namespace(snapshot).exists()) {
        return;
      }
    }
    LOG.info("{}: formatting a new namespace", virtualServer);
    Genesis genesis = new Genesis(user, group, time.now().wallMillis());
    Term.write(image, journal, namespace -> genesis.write(namespace, volume.header()));
  }

  /** Makes the state machine out of the image. */
  Term term(Activated activated, Settings settings) throws IOException {
    try (ImageSnapshot snapshot = image.snapshot()) {
      Namespace namespace = new Namespace(snapshot);
      requireSameVolume(namespace);
      VirtualServerCore core =
          new VirtualServerCore(settings, namespace, time.now(), this::imageNearlyFull);
      Checkpointer checkpointer = checkpointer(activated);
      return new Term(image, activated.journal(), earlyLog(settings), core, checkpointer, time);
    }
  }

  /**
   * None where hosts share a volume: the answer's receiver may outlive this host (S1); or where a
   * device may be lost with what is not on it yet.
   */
  private EarlyLog earlyLog(Settings settings) {
    if (settings.hostsShareVolumes() || !area.hasEarlyLogs()) {
      return null;
    }
    try {
      return EarlyLog.open(area, lane, settings.epoch());
    } catch (IOException e) {
      LOG.warn("{}: every answer waits for the journal: {}", virtualServer, e.getMessage(), e);
      return null;
    }
  }

  private Checkpointer checkpointer(Activated activated) {
    Checkpointer.Storage parts =
        new Checkpointer.Storage(
            virtualServer, area, lane, image, checkpoints, activated.journal());
    return policy.background()
        ? Checkpointer.start(parts, activated.history(), policy.journalBytes(), time)
        : Checkpointer.inline(parts, activated.history(), policy.journalBytes(), time);
  }

  private void requireSameVolume(Namespace namespace) throws IOException {
    boolean same =
        namespace.volumes().stream()
            .anyMatch(v -> v.getUuid().equals(Genesis.bytes(volume.uuid())));
    if (!same) {
      throw new IOException(
          "Volume %s is not the one of virtual server %s: its UUID is %s; configure the right path"
              .formatted(volume.name(), virtualServer, volume.uuid()));
    }
  }

  private boolean imageNearlyFull() {
    return image.usedBytes() > image.capacityBytes() * IMAGE_FULL_SHARE;
  }
}
