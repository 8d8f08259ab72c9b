package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.client.ClientConfig;
import io.leat.client.LeatClient;
import io.leat.coordination.OwnerRecord;
import io.leat.coordination.zk.CuratorCoordination;
import io.leat.coordination.zk.EmbeddedZooKeeper;
import io.leat.coordination.zk.ZooKeeperConfig;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.AreaPaths;
import io.leat.mds.journal.ForwardingArea;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.journal.SegmentSlot;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.mds.takeover.Detection;
import io.leat.model.Extent;
import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import io.leat.volume.Volumes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers with two virtual servers. The disk of one virtual server's journal hangs in a write
 * of its owner, whose process lives on: that virtual server alone moves to the other server, and
 * when the write comes to its end it harms nobody.
 */
class HungVirtualServerFaultIT {

  private static final String HUNG = "hung";
  private static final String OTHER = "other";
  private static final int SEGMENT_BYTES = 1 << 20;
  private static final int SEGMENTS = 8;
  private static final int LANES = 2;
  private static final long VOLUME_BYTES = 2L << 30; // the one that goes on fills it for seconds
  private static final long IMAGE_BYTES = 64L << 20;
  private static final long CHECKPOINT_BYTES = 1L << 40;
  private static final int SYNC_MILLIS = 600_000;

  private static final int AWAIT_SECONDS = 60;

  /** Files that are made between two looks. */
  private static final int FILES = 20;

  @TempDir Path directory;

  private final Map<String, Set<String>> acknowledged = new HashMap<>();
  private final Map<String, Future<?>> working = new HashMap<>();
  private volatile boolean stopped;

  /** Segments of one owner, which wait in a write while they are told to. */
  private static final class HangingArea extends ForwardingArea {
    private boolean hanging;
    private int waiting;

    HangingArea(MetadataArea area) {
      super(area);
    }

    synchronized void hang(boolean now) {
      hanging = now;
      notifyAll();
    }

    synchronized boolean isHeldUp() {
      return waiting > 0;
    }

    private synchronized void await() throws IOException {
      waiting++;
      try {
        while (hanging) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      } finally {
        waiting--;
      }
    }

    @Override
    public Device openToWrite(SegmentSlot slot) throws IOException {
      return new ForwardingDevice(super.openToWrite(slot)) {
        @Override
        public void write(long offset, ByteBuffer src) throws IOException {
          await();
          super.write(offset, src);
        }
      };
    }
  }

  private Path below(String name, String what) {
    return directory.resolve(name + "-" + what);
  }

  private void make(String name) throws IOException {
    Volumes.format(below(name, "vol"), UUID.randomUUID(), name, VOLUME_BYTES, false);
    AreaPaths.of(below(name, "metadata"))
        .openOrCreate(
            new AreaIdentity(UUID.randomUUID(), name, LANES, SEGMENT_BYTES, SEGMENTS),
            Optional.empty())
        .close();
    acknowledged.put(name, new ConcurrentSkipListSet<>());
  }

  private MetadataServer start(
      String mds, CuratorCoordination cell, UnaryOperator<MetadataArea> areas) throws IOException {
    Path home = Files.createDirectories(directory.resolve(mds));
    List<VirtualServerStorage> storages = new ArrayList<>();
    for (String name : List.of(HUNG, OTHER)) {
      storages.add(
          new VirtualServerStorage(
              name,
              AreaPaths.of(below(name, "metadata")),
              home.resolve(name + "-image"),
              below(name, "vol"),
              name,
              false,
              IMAGE_BYTES));
    }
    MdsConfig config =
        new MdsConfig(
            mds,
            home,
            "127.0.0.1",
            0,
            storages,
            IMAGE_BYTES,
            MdsConfig.DEFAULT_LEASE_MILLIS,
            MdsConfig.DEFAULT_REPLY_SLOTS,
            "",
            CHECKPOINT_BYTES,
            SYNC_MILLIS,
            Extent.INLINE_BYTES_MAX,
            Detection.DEFAULT,
            0);
    return MetadataServer.start(config, cell, areas);
  }

  private static OwnerRecord owner(CuratorCoordination cell, String name) {
    try {
      return cell.ownership().read(name).orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitFiles(String name) {
    int enough = acknowledged.get(name).size() + FILES;
    FaultCell.await(
        "files are made in " + name,
        () -> acknowledged.get(name).size() >= enough || working.get(name).isDone());
    if (working.get(name).isDone()) {
      throw new AssertionError(name + ": the work has ended by itself: " + working.get(name));
    }
  }

  @Test
  void shouldMoveAloneWhenItHangsInALivingProcess() throws Exception {
    make(HUNG);
    make(OTHER);
    List<HangingArea> areas = new ArrayList<>();
    UnaryOperator<MetadataArea> hanging =
        area -> {
          if (!area.identity().virtualServer().equals(HUNG)) {
            return area;
          }
          areas.add(new HangingArea(area));
          return areas.get(0);
        };
    ExecutorService workers = Executors.newCachedThreadPool();
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
        CuratorCoordination one = connect(zooKeeper);
        CuratorCoordination two = connect(zooKeeper);
        MetadataServer first = start("mds1", one, hanging);
        MetadataServer second = start("mds2", two, UnaryOperator.identity());
        Closeable released = () -> areas.forEach(area -> area.hang(false))) {
      assertEquals(0, areas.stream().filter(HangingArea::isHeldUp).count(), released::toString);
      ClientConfig config = ClientConfig.of(List.of(first.address(), second.address()));
      try (LeatClient hungClient = LeatClient.connect(config, HUNG);
          LeatClient otherClient = LeatClient.connect(config, OTHER)) {
        working.put(HUNG, work(workers, hungClient, HUNG));
        working.put(OTHER, work(workers, otherClient, OTHER));
        awaitFiles(HUNG);
        awaitFiles(OTHER);
        OwnerRecord before = owner(one, OTHER);
        assertEquals("mds1", owner(one, HUNG).owner());
        assertEquals("mds1", before.owner());

        areas.get(0).hang(true);
        FaultCell.await("the owner hangs", areas.get(0)::isHeldUp);
        FaultCell.await("it moves", () -> owner(two, HUNG).owner().equals("mds2"));
        awaitFiles(HUNG);
        awaitFiles(OTHER);
        areas.get(0).hang(false); // and what it was about to write is written
        FaultCell.await("nobody is held up", () -> !areas.get(0).isHeldUp());
        awaitFiles(HUNG);
        awaitFiles(OTHER);
        assertEquals("mds2", owner(one, HUNG).owner());
        assertEquals(before, owner(one, OTHER), "the other virtual server has not moved");

        stopped = true;
        working.get(HUNG).get(AWAIT_SECONDS, TimeUnit.SECONDS);
        working.get(OTHER).get(AWAIT_SECONDS, TimeUnit.SECONDS);
        new TestFiles(hungClient).requireExactly(acknowledged.get(HUNG));
        new TestFiles(otherClient).requireExactly(acknowledged.get(OTHER));
      }
      assertTrue(acknowledged.get(HUNG).size() >= 3 * FILES);
    } finally {
      workers.shutdownNow();
    }
  }

  private Future<?> work(ExecutorService workers, LeatClient client, String name) {
    return workers.submit(
        () -> new TestFiles(client).makeUntil(() -> stopped, "worker", acknowledged.get(name)));
  }

  private static CuratorCoordination connect(EmbeddedZooKeeper zooKeeper) throws IOException {
    return CuratorCoordination.connect(ZooKeeperConfig.of(zooKeeper.connectString(), "/leat/hung"));
  }
}
