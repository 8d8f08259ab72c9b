package io.leat.mds.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.checkpoint.AppliedPosition;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.checkpoint.WriteProgress;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.MemoryImage;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.DamagedJournalException;
import io.leat.mds.journal.DeviceState;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.ForwardingArea;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalActivation;
import io.leat.mds.journal.JournalFormat;
import io.leat.mds.journal.JournalFullException;
import io.leat.mds.journal.JournalHistory;
import io.leat.mds.journal.LaneInUseException;
import io.leat.mds.journal.MemoryMetadataArea;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.journal.MirroredArea;
import io.leat.mds.journal.MirroredArea.Member;
import io.leat.volume.Device;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Three metadata devices that fail and come back, power losses, and processes that take over from
 * each other, die, or wake up too late, from a seed: whatever was acknowledged is there after every
 * takeover, and what was found to be lost does not come back. With one device away others serve;
 * and of three that are in sync any one may be lost for good. Devices are replaced by blank ones,
 * and those come back to their places that were.
 */
class MirroredAreaRandomTest {

  private static final int SEEDS = Integer.getInteger("leat.test.mirror.seeds", 150);
  private static final long FIRST_SEED = Long.getLong("leat.test.mirror.seed", 1);
  private static final int STEPS = 120;
  private static final int DEVICES = AreaIdentity.DEVICES_MAX;
  private static final int LANES = 3;
  private static final int SEGMENT_BLOCKS = 6;
  private static final int SEGMENTS = 5;

  @Test
  void shouldKeepWhatWasAcknowledgedWhenDevicesFail() {
    Totals totals = new Totals();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        new Run(seed, totals).run();
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("repeat with -Dleat.test.mirror.seed=" + seed, e);
      }
    }
    System.out.println("MirroredAreaRandomTest: " + totals);
    assertTrue(SEEDS < 100 || totals.isBroad(), totals::toString);
  }

  /** What has happened, so that the test cannot become one of nothing. */
  private static final class Totals {
    private final Map<String, Integer> counts = new HashMap<>();

    void count(String what) {
      counts.merge(what, 1, Integer::sum);
    }

    boolean isBroad() {
      return List.of(
              "takeover",
              "left out",
              "rejoined",
              "zombie",
              "power loss",
              "lost for good",
              "replaced",
              "replaced in part",
              "identified late",
              "not replaced while another one stands by",
              "replaced one is back")
          .stream()
          .allMatch(what -> counts.getOrDefault(what, 0) > 20);
    }

    @Override
    public String toString() {
      return counts.toString();
    }
  }

  /** One of the three devices, whatever becomes of it. */
  private static final class Medium {
    private final List<FaultyDevice> devices = new ArrayList<>();
    private final MemoryMetadataArea.Storage storage;
    private final Random random;
    private FaultPolicy policy = FaultPolicy.NONE.withVolatileCache();
    private boolean lost;

    /**
     * A change of the identity that has been given up, and keeps others out until it has landed.
     */
    private Change pending;

    Medium(AreaIdentity identity, Random random) {
      this.random = random;
      this.storage = new MemoryMetadataArea.Storage(identity, this::device);
    }

    private Device device(Device medium) {
      FaultyDevice device = new FaultyDevice(medium, policy, random);
      devices.add(device);
      return device;
    }

    private void set(FaultPolicy policy) {
      this.policy = policy;
      devices.forEach(device -> device.setPolicy(policy));
    }

    void failAfter(int operations) {
      lost = true;
      set(FaultPolicy.NONE.withVolatileCache().withFailureAfter(operations));
    }

    void comeBack() {
      lost = false;
      set(FaultPolicy.NONE.withVolatileCache());
    }

    void losePower() throws IOException {
      for (FaultyDevice device : devices) {
        device.crash();
        device.restart();
      }
    }
  }

  /** Changes something on a device. */
  private interface Change {
    void land() throws IOException;
  }

  private static final class Run {
    private final Random random;
    private final Totals totals;
    private final List<Medium> media = new ArrayList<>();

    /** For each place those that have been taken out of it. */
    private final List<List<Medium>> retired = new ArrayList<>();

    /** For each place the one that belongs there. */
    private final List<Medium> genuine = new ArrayList<>();

    /** Opened, and stands by or has no lane yet. */
    private Server starting;

    private final List<Server> zombies = new ArrayList<>();
    private final Set<String> acknowledged = new TreeSet<>();

    /** Nobody knows whether it has happened. */
    private final Set<String> unknown = new HashSet<>();

    private Server owner;
    private int writes;

    Run(long seed, Totals totals) {
      this.random = new Random(seed);
      this.totals = totals;
      AreaIdentity identity =
          new AreaIdentity(
              new UUID(9, seed), "vs1", LANES, SEGMENT_BLOCKS * JournalFormat.BLOCK, SEGMENTS);
      for (int i = 0; i < DEVICES; i++) {
        media.add(new Medium(identity.onDevice(i, DEVICES), random));
        retired.add(new ArrayList<>());
      }
      genuine.addAll(media);
    }

    void run() throws IOException {
      takeOver();
      for (int step = 0; step < STEPS; step++) {
        step();
      }
      putBack();
      settle();
      loseOneForGood();
    }

    private void step() throws IOException {
      switch (random.nextInt(21)) {
        case 0, 1 -> media.get(random.nextInt(DEVICES)).failAfter(random.nextInt(40));
        case 2, 3, 4 -> media.get(random.nextInt(DEVICES)).comeBack();
        case 5 -> takeOver();
        case 6 -> checkpoint();
        case 7, 8 -> rejoin();
        case 9 -> die();
        case 10 -> losePower();
        case 11 -> wakeZombies();
        case 12, 13 -> replace();
        case 14 -> swap();
        case 15 -> beginToStart();
        case 16 -> land(media.get(random.nextInt(DEVICES)));
        default -> write();
      }
    }

    private List<Member> members() {
      List<Member> members = new ArrayList<>();
      for (int i = 0; i < DEVICES; i++) {
        int place = i;
        members.add(
            new Member(
                "device " + place,
                () -> open(place),
                (identity, epochs, configuration) -> make(place, identity, epochs)));
      }
      return members;
    }

    private MetadataArea open(int place) {
      Medium medium = media.get(place);
      return new ForwardingArea(new MemoryMetadataArea(medium.storage)) {
        private Change own;

        @Override
        public void identify(AreaIdentity now) throws IOException {
          requireNoneUnderWay();
          failSometimes();
          if (random.nextInt(8) == 0) {
            totals.count("identified late");
            own = () -> super.identify(now);
            medium.pending = own;
            throw new IOException("injected: it did not return in time");
          }
          super.identify(now);
          failSometimes();
        }

        @Override
        public void acquireLane(int lane) throws IOException {
          super.acquireLane(lane);
          try {
            requireNoneUnderWay();
          } catch (IOException e) {
            super.releaseLane(lane);
            throw e;
          }
        }

        private void requireNoneUnderWay() throws IOException {
          if (medium.pending != null) {
            throw new LaneInUseException("the identity is being changed");
          }
        }

        /** A process ends when its I/O has. */
        @Override
        public void close() throws IOException {
          if (own != null && medium.pending == own) {
            land(medium);
          }
          super.close();
        }
      };
    }

    private static void land(Medium medium) throws IOException {
      if (medium.pending != null) {
        medium.pending.land();
        medium.pending = null;
      }
    }

    private void failSometimes() throws IOException {
      if (random.nextInt(6) == 0) {
        totals.count("replaced in part");
        throw new IOException("injected failure while a device is replaced");
      }
    }

    /** There is a blank device in that place now. */
    private void make(int place, AreaIdentity identity, ByteBuffer epochs) throws IOException {
      failSometimes();
      Medium blank = new Medium(identity, random);
      Device blocks = new MemoryMetadataArea(blank.storage).epochs().get(0);
      blocks.write(0, epochs);
      blocks.flush();
      retire(place, blank);
      genuine.set(place, blank);
      failSometimes();
    }

    private void putBack() throws IOException {
      for (int place = 0; place < DEVICES; place++) {
        if (media.get(place) != genuine.get(place)) {
          retire(place, genuine.get(place));
        }
        genuine.get(place).comeBack();
        land(genuine.get(place));
      }
    }

    private void retire(int place, Medium successor) {
      Medium before = media.set(place, successor);
      if (random.nextBoolean()) {
        before.failAfter(0); // else who has it open goes on with it
      }
      retired.get(place).add(before);
    }

    /** Somebody puts one back that was there before. */
    private void swap() {
      int place = random.nextInt(DEVICES);
      List<Medium> before = retired.get(place);
      if (!before.isEmpty()) {
        Medium back = before.remove(random.nextInt(before.size()));
        back.comeBack();
        retire(place, back);
        totals.count("replaced one is back");
      }
    }

    private void replace() throws IOException {
      attempt(
          () -> {
            try {
              if (owner.replace()) {
                totals.count("replaced");
              }
            } catch (LaneInUseException e) {
              totals.count("not replaced while another one stands by");
            } catch (IOException e) {
              totals.count("not replaced"); // the term goes on
            }
          });
    }

    private void beginToStart() {
      try {
        closeStarting();
        starting = new Server(random.nextInt(LANES));
        if (random.nextBoolean()) {
          starting.standBy();
        }
      } catch (IOException e) {
        totals.count("takeover failed");
      }
    }

    private void closeStarting() throws IOException {
      if (starting != null) {
        starting.area.close();
        starting = null;
      }
    }

    // ---- owners -------------------------------------------------------------------------------

    /** A process with a journal. */
    private final class Server {
      private final int lane;
      private final MirroredArea area;
      private final CheckpointStore store;
      private final Image image = new MemoryImage(1 << 24);
      private Journal journal;
      private boolean hasLane;

      Server(int lane) throws IOException {
        this.lane = lane;
        this.area = MirroredArea.inline(members());
        this.store = new CheckpointStore(area);
      }

      void standBy() throws IOException {
        if (!hasLane) {
          area.acquireLane(lane);
          hasLane = true;
        }
      }

      void activate() throws IOException {
        standBy();
        long epoch = new EpochBlocks(area).highest() + 1;
        ImageRecovery recovery = new ImageRecovery("vs1", image, store, lane);
        JournalActivation.Activated activated =
            new JournalActivation(area, lane, epoch, "mds" + lane, recovery).run(Optional.empty());
        journal = activated.journal();
        recovery.finish(activated.history());
      }

      void write(String key) throws IOException {
        try {
          attempt(key);
        } catch (JournalFullException e) {
          checkpoint();
          checkpoint();
          attempt(key);
        }
      }

      private void attempt(String key) throws IOException {
        Term.writeRecords(
            image, journal, transaction -> transaction.put(key.getBytes(UTF_8), new byte[] {1}));
      }

      void checkpoint() throws IOException {
        try (ImageSnapshot snapshot = image.snapshot()) {
          if (AppliedPosition.get(snapshot).isEmpty()) {
            return;
          }
          if (!EpochBlocks.following(area, lane, journal.epoch()).newest(journal.epoch())) {
            throw new IOException("not the newest");
          }
          var unused = store.write(lane, snapshot, image.usedBytes(), WriteProgress.NONE);
        }
        journal.recycleBelow(store.previousPosition());
      }

      /** Returns whether there was one to replace. */
      boolean replace() throws IOException {
        for (DeviceState device : area.devices()) {
          if (!device.inSync()) {
            area.replaceDevice(device.name(), "");
            return true;
          }
        }
        return false;
      }

      boolean rejoin(String key) throws IOException {
        if (!area.admit()) {
          return false;
        }
        journal.renew();
        write(key);
        checkpoint();
        boolean back = area.admitted();
        checkpoint();
        return back;
      }
    }

    /** Ends, lets sleep or forgets the owner, and begins another term if that is possible. */
    private void takeOver() throws IOException {
      if (owner != null && random.nextInt(3) == 0) {
        zombies.add(owner);
        owner = null;
      }
      end();
      int lane = random.nextInt(LANES);
      for (Server zombie : List.copyOf(zombies)) {
        if (zombie.lane == lane) {
          zombie.area.close();
          zombies.remove(zombie);
        }
      }
      attemptTakeOver(lane);
    }

    private void attemptTakeOver(int lane) throws IOException {
      Server process = starting != null && starting.lane == lane ? starting : null;
      starting = process == null ? starting : null;
      boolean fresh = process == null;
      try {
        process = fresh ? new Server(lane) : process;
        process.activate();
      } catch (IOException e) {
        // What begins on one device and goes on with another may find no end, and is tried again.
        boolean alone = fresh && media.stream().noneMatch(medium -> medium.lost) && isUndisputed();
        if (alone && (zombies.isEmpty() || e instanceof DamagedJournalException)) {
          throw new AssertionError("failed by itself", e);
        }
        if (process != null) {
          process.area.close();
        }
        totals.count("takeover failed");
        return;
      }
      owner = process;
      totals.count("takeover");
      requireAll(owner.image);
    }

    /** Whether no device has ever been replaced: else one may be missing without being lost. */
    private boolean isUndisputed() {
      return retired.stream().allMatch(List::isEmpty);
    }

    private void requireAll(Image image) {
      Set<String> found = new TreeSet<>();
      try (ImageSnapshot snapshot = image.snapshot()) {
        snapshot.scan(new byte[] {'k'}, null, (key, value) -> found.add(new String(key, UTF_8)));
      }
      Set<String> missing = new TreeSet<>(acknowledged);
      missing.removeAll(found);
      assertTrue(missing.isEmpty(), "acknowledged and lost: " + missing);
      Set<String> more = new TreeSet<>(found);
      more.removeAll(acknowledged);
      more.removeAll(unknown);
      assertTrue(more.isEmpty(), "lost before, and back again: " + more);
      acknowledged.addAll(found);
      unknown.clear();
    }

    private void end() throws IOException {
      if (owner != null) {
        owner.area.close();
        owner = null;
      }
    }

    private void closeZombies() throws IOException {
      for (Server zombie : zombies) {
        zombie.area.close();
      }
      zombies.clear();
    }

    private void die() throws IOException {
      end();
      attemptTakeOver(random.nextInt(LANES));
    }

    private void losePower() throws IOException {
      totals.count("power loss");
      end();
      closeZombies();
      closeStarting();
      for (Medium medium : media) {
        medium.losePower();
      }
      attemptTakeOver(random.nextInt(LANES));
    }

    // ---- work ---------------------------------------------------------------------------------

    /** What an owner does; a failure ends its term. */
    private interface Work {
      void run() throws IOException;
    }

    private void attempt(Work work) throws IOException {
      if (owner == null) {
        attemptTakeOver(random.nextInt(LANES));
        return;
      }
      try {
        work.run();
      } catch (DamagedJournalException e) {
        throw new AssertionError("nothing that happens here damages a journal", e);
      } catch (IOException e) {
        totals.count("term failed");
        end();
      }
    }

    private String nextKey() {
      String key = "k%06d".formatted(writes++);
      unknown.add(key);
      return key;
    }

    private void write() throws IOException {
      attempt(
          () -> {
            for (int i = random.nextInt(6); i >= 0; i--) {
              int before = inSync();
              String key = nextKey();
              owner.write(key);
              acknowledge(key);
              if (inSync() < before) {
                totals.count("left out");
              }
            }
          });
    }

    private void acknowledge(String key) {
      unknown.remove(key);
      acknowledged.add(key);
    }

    private int inSync() {
      return (int) owner.area.devices().stream().filter(DeviceState::isSound).count();
    }

    private void checkpoint() throws IOException {
      attempt(() -> owner.checkpoint());
    }

    private void rejoin() throws IOException {
      attempt(
          () -> {
            String key = nextKey();
            if (owner.rejoin(key)) {
              totals.count("rejoined");
            }
            acknowledgeIfThere(key);
          });
    }

    private void acknowledgeIfThere(String key) {
      try (ImageSnapshot snapshot = owner.image.snapshot()) {
        if (snapshot.get(key.getBytes(UTF_8)) != null) {
          acknowledge(key);
        }
      }
    }

    private void wakeZombies() throws IOException {
      for (Server zombie : zombies) {
        String key = "k-zombie-%06d".formatted(writes++);
        try {
          switch (random.nextInt(4)) {
            case 0 -> zombie.checkpoint();
            case 2 -> {
              boolean unused = zombie.replace();
            }
            case 1 -> zombie.rejoin(key);
            default -> {
              zombie.write(key);
              assertTrue(owner == null, "two owners answer");
              acknowledged.add(key);
              continue;
            }
          }
        } catch (IOException e) {
          totals.count("zombie");
        }
        unknown.add(key);
      }
    }

    // ---- end ----------------------------------------------------------------------------------

    /** With all devices sound somebody serves, and all devices come to be in sync. */
    private void settle() throws IOException {
      closeZombies();
      closeStarting();
      for (int attempts = 0; owner == null || inSync() < DEVICES; attempts++) {
        assertTrue(attempts < 30, () -> "not all are in sync: " + why());
        for (Medium medium : media) {
          land(medium);
        }
        rejoin();
        if (attempts > 5) {
          replace();
        }
      }
      write();
      checkpoint();
      assertTrue(owner != null, "it failed by itself");
    }

    private String why() {
      return owner == null ? "nobody serves" : owner.area.devices().toString();
    }

    /** Whatever device is lost then, the others have everything, and go on. */
    private void loseOneForGood() throws IOException {
      totals.count("lost for good");
      end();
      Medium away = media.get(random.nextInt(DEVICES));
      away.failAfter(0);
      for (Medium medium : media) {
        Image read = new MemoryImage(1 << 24);
        if (medium != away) {
          recover(read);
          requireAll(read);
        }
      }
      for (int attempts = 0; owner == null && attempts < DEVICES; attempts++) {
        attemptTakeOver(random.nextInt(LANES)); // which may have begun to read the lost one
      }
      assertTrue(owner != null, "nobody can serve without one device");
      write();
      assertTrue(owner != null, "nobody can write without one device");
    }

    private void recover(Image into) throws IOException {
      try (MirroredArea area = MirroredArea.inline(members())) {
        JournalHistory history = JournalHistory.read(area);
        ImageRecovery recovery = new ImageRecovery("vs1", into, new CheckpointStore(area), 0);
        recovery.recover(history);
        recovery.finish(history);
      }
    }
  }
}
