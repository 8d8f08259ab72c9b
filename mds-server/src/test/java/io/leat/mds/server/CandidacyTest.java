package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.coordination.ConnectionListener;
import io.leat.coordination.ConnectionState;
import io.leat.coordination.Coordination;
import io.leat.coordination.Membership;
import io.leat.coordination.MemoryCell;
import io.leat.coordination.MemoryCoordination;
import io.leat.coordination.OwnerRecord;
import io.leat.coordination.Ownership;
import io.leat.coordination.Subscription;
import io.leat.coordination.VirtualServerConfig;
import io.leat.coordination.VirtualServers;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.JournalFormat;
import io.leat.mds.journal.Mailbox;
import io.leat.mds.journal.Mailbox.State;
import io.leat.mds.journal.Mailboxes;
import io.leat.mds.journal.MemoryMetadataArea;
import io.leat.mds.takeover.Detection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a candidate knows of the owner, when others change it while it looks. */
@Timeout(60)
class CandidacyTest {

  private static final String NAME = "vs1";
  private static final int LANE = 2;

  private final MemoryCoordination cell = coordination();
  private final MemoryMetadataArea.Storage storage =
      new MemoryMetadataArea.Storage(
          new AreaIdentity(new UUID(1, 2), NAME, 4, 8 * JournalFormat.BLOCK, 4), device -> device);

  private volatile boolean taken;
  private long beats;

  private static MemoryCoordination coordination() {
    try {
      return new MemoryCell(Runnable::run).connect();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * The owner is gone, and this candidate has read its record. Before it decides, the next in order
   * has claimed, and the watch has said so: it stays so, for the watch says it once.
   */
  @Test
  void shouldNotGoBackToAnOwnerRecordThatWasReadBeforeTheWatchToldOfTheNext() throws Exception {
    VirtualServerConfig unused =
        cell.virtualServers()
            .create(
                new VirtualServerConfig(
                    NAME,
                    List.of("mds2", "mds1", "mds3"),
                    "pointer",
                    true,
                    false,
                    VirtualServerConfig.NEW));
    OwnerRecord gone = cell.ownership().claim(NAME, "mds2", "b:2", 1, Optional.empty());
    try (MemoryMetadataArea area = new MemoryMetadataArea(storage);
        Peers peers = new Peers("mds3")) {
      area.acquireLane(LANE);
      try (Candidacy candidacy =
          candidacy(area, peers, new InterruptedCell(() -> takeOver(gone)))) {
        candidacy.start();
        assertEquals(Optional.empty(), candidacy.awaitTurn(candidacy::leave));
        assertEquals(
            Optional.of("mds1"), candidacy.otherOwner().map(OwnerRecord::owner), "as it is told");
      }
    }
  }

  private Candidacy candidacy(MemoryMetadataArea area, Peers peers, Coordination coordination) {
    return new Candidacy(
        NAME,
        "mds3",
        coordination,
        area,
        LANE,
        33,
        new Detection(Detection.GONE_MILLIS_MIN, 5_000),
        peers,
        TimeSource.system(),
        () -> beatsToo(area),
        () -> 1,
        epoch -> {});
  }

  /** Another candidate claims, and serves from then on. */
  private void takeOver(OwnerRecord gone) throws IOException {
    OwnerRecord unused = cell.ownership().claim(NAME, "mds1", "a:1", 2, Optional.of(gone));
    taken = true;
  }

  /** The owner's heart beats as often as the candidate's. */
  private long beatsToo(MemoryMetadataArea area) {
    beats++;
    if (taken) {
      try {
        new Mailboxes(area).write(1, new Mailbox("mds1", 11, beats, beats, State.SERVING, 2, 1));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return beats;
  }

  /** Does something. */
  private interface Action {
    void run() throws IOException;
  }

  /** The cell, in which something happens while the configuration is read for the first time. */
  private final class InterruptedCell implements Coordination {
    private final Action action;
    private boolean done;

    InterruptedCell(Action action) {
      this.action = action;
    }

    @Override
    public VirtualServers virtualServers() {
      if (!done) {
        done = true;
        try {
          action.run();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return cell.virtualServers();
    }

    @Override
    public Membership membership() {
      return cell.membership();
    }

    @Override
    public Ownership ownership() {
      return cell.ownership();
    }

    @Override
    public ConnectionState connectionState() {
      return cell.connectionState();
    }

    @Override
    public Subscription subscribe(ConnectionListener listener) {
      return cell.subscribe(listener);
    }

    @Override
    public void close() {}
  }
}
