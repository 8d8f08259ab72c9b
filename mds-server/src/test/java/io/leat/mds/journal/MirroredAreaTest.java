package io.leat.mds.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.MirroredArea.Member;
import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Devices that hang or are replaced, with the threads of production; {@code MirroredAreaRandomTest}
 * has the rest.
 */
@Timeout(60)
class MirroredAreaTest {

  private static final int DEVICES = 3;

  /** A device whose writes do not return while it hangs. */
  private static final class HangingDisk {
    private final MemoryMetadataArea.Storage storage;
    private volatile CountDownLatch hanging = new CountDownLatch(0);

    HangingDisk(AreaIdentity identity) {
      storage = new MemoryMetadataArea.Storage(identity, this::device);
    }

    private Device device(Device medium) {
      return new ForwardingDevice(medium) {
        @Override
        public void write(long offset, ByteBuffer src) throws IOException {
          awaitReturn();
          super.write(offset, src);
        }

        @Override
        public void flush() throws IOException {
          awaitReturn();
          super.flush();
        }
      };
    }

    private void awaitReturn() throws IOException {
      try {
        hanging.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    void hang() {
      hanging = new CountDownLatch(1);
    }

    void goOn() {
      hanging.countDown();
    }
  }

  private final List<HangingDisk> disks = new ArrayList<>();
  private MirroredArea area;
  private volatile boolean noneBlank;

  @BeforeEach
  void make() throws IOException {
    AreaIdentity identity = new AreaIdentity(new UUID(1, 2), "vs1", 2, 16 * JournalFormat.BLOCK, 8);
    for (int i = 0; i < DEVICES; i++) {
      disks.add(new HangingDisk(identity.onDevice(i, DEVICES)));
    }
    area = open();
  }

  private MirroredArea open() throws IOException {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < DEVICES; i++) {
      int place = i;
      members.add(
          new Member(
              "disk " + place,
              () -> new MemoryMetadataArea(disks.get(place).storage),
              new Blanks(place)));
    }
    return MirroredArea.open(members);
  }

  private final class Blanks implements MirroredArea.Maker {
    private final int place;

    Blanks(int place) {
      this.place = place;
    }

    @Override
    public void requireBlank() throws IOException {
      if (noneBlank) {
        throw new IOException("there is no blank device");
      }
    }

    @Override
    public void make(AreaIdentity identity, ByteBuffer epochs, String configuration)
        throws IOException {
      MirroredAreaTest.this.make(place, identity, epochs, configuration);
    }
  }

  private void make(int place, AreaIdentity identity, ByteBuffer epochs, String configuration)
      throws IOException {
    HangingDisk blank = new HangingDisk(identity);
    try (MemoryMetadataArea made = new MemoryMetadataArea(blank.storage)) {
      made.epochs().get(0).write(0, epochs);
      made.configure(configuration);
    }
    disks.set(place, blank);
  }

  @AfterEach
  void close() throws IOException {
    disks.forEach(HangingDisk::goOn);
    area.close();
  }

  private int inSync() {
    return (int) area.devices().stream().filter(DeviceState::inSync).count();
  }

  @Test
  void shouldGoOnWithoutADeviceThatHangs() throws IOException {
    Journal journal = TestStorage.activate(area, 0).journal();
    TestStorage.append(journal, "on three");
    disks.get(1).hang();
    TestStorage.append(journal, "on two");
    assertTrue(journal.newest());
    assertEquals(2, inSync());
    assertTrue(area.devices().get(1).problem().contains("hangs"), area.devices().toString());
    assertFalse(area.admit(), "it still hangs");
    journal.close();
    disks.get(1).goOn();
    try (MirroredArea later = open()) {
      assertEquals(2, TestStorage.replay(JournalHistory.read(later)).size());
    }
  }

  @Test
  void shouldTakeADeviceInAgainOnlyWhenItsLateCallHasReturned() throws IOException {
    Journal journal = TestStorage.activate(area, 0).journal();
    disks.get(0).hang();
    TestStorage.append(journal, "on two");
    disks.get(0).goOn();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!area.admit()) {
      assertTrue(System.nanoTime() - end < 0, () -> area.devices().toString());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    assertEquals(2, inSync());
    journal.renew();
    TestStorage.append(journal, "on three");
    assertTrue(area.admitted());
    assertEquals(DEVICES, inSync());
    journal.close();
  }

  @Test
  void shouldWaitForAllWhenAllAreSlow() throws Exception {
    Journal journal = TestStorage.activate(area, 0).journal();
    disks.forEach(HangingDisk::hang);
    Thread waker =
        new Thread(
            () -> {
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1_500));
              disks.forEach(HangingDisk::goOn);
            });
    waker.start();
    TestStorage.append(journal, "late");
    waker.join();
    assertEquals(DEVICES, inSync());
    journal.close();
  }

  // ---- replacement ----------------------------------------------------------------------------

  /** Leaves disk 1 out, as it hangs, and has it return afterwards. */
  private Journal journalWithoutDisk1() throws IOException {
    Journal journal = TestStorage.activate(area, 0).journal();
    disks.get(1).hang();
    TestStorage.append(journal, "on two");
    disks.get(1).goOn();
    return journal;
  }

  private void takeIn(Journal journal) throws IOException {
    assertTrue(area.admit());
    journal.renew();
    TestStorage.append(journal, "on three");
    assertTrue(area.admitted());
  }

  private void replaceDisk1() throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        area.replaceDevice("disk 1", "what it is");
        return;
      } catch (IOException e) {
        boolean returned = !String.valueOf(e.getMessage()).contains("has not returned");
        if (returned || System.nanoTime() - end > 0) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }
  }

  @Test
  void shouldPutABlankDeviceInThePlaceOfALostOneForGood() throws IOException {
    HangingDisk lost = disks.get(1);
    Journal journal = journalWithoutDisk1();
    replaceDisk1();
    assertEquals(2, inSync(), "not before it has everything");
    takeIn(journal);
    assertEquals(DEVICES, inSync());
    journal.close();
    HangingDisk other = disks.get(0);
    try (MirroredArea later = withoutDisk0()) {
      assertEquals("", later.devices().get(1).problem());
      assertEquals(List.of("what it is"), later.configurations());
    }
    disks.set(0, other);
    disks.set(1, lost);
    try (MirroredArea later = open()) {
      assertTrue(
          later.devices().get(1).problem().contains("has been replaced"),
          later.devices().toString());
      assertEquals(2, TestStorage.replay(JournalHistory.read(later)).size());
    }
    assertThrows(IOException.class, this::withoutDisk0, "with the lost one there are not two");
  }

  @Test
  void shouldReplaceNothingWhileSomebodyStandsByOrItIsInSync() throws IOException {
    Journal journal = TestStorage.activate(area, 0).journal();
    IOException inSync =
        assertThrows(IOException.class, () -> area.replaceDevice("disk 1", "nothing"));
    assertTrue(inSync.getMessage().contains("is in sync and can be used"), inSync.getMessage());
    assertThrows(IOException.class, () -> area.replaceDevice("disk 7", "nothing"));
    journal.close();
    Journal next = journalWithoutDisk1();
    try (MirroredArea standby = open()) {
      standby.acquireLane(1);
      assertThrows(LaneInUseException.class, this::replaceDisk1);
    }
    replaceDisk1();
    takeIn(next);
    next.close();
  }

  @Test
  void shouldTakeTheOldDeviceInAgainWhenThereWasNoBlankOneInItsPlace() throws IOException {
    Journal journal = journalWithoutDisk1();
    noneBlank = true;
    assertThrows(IOException.class, this::replaceDisk1);
    takeIn(journal);
    assertEquals(0, area.identity().newestGeneration());
    assertEquals(DEVICES, inSync());
    journal.close();
  }

  @Test
  void shouldNotLetAProcessStandByThatHasOpenedTheAreaBefore() throws IOException {
    Journal journal = journalWithoutDisk1();
    try (MirroredArea before = open()) {
      replaceDisk1();
      takeIn(journal);
      assertThrows(ForeignAreaException.class, () -> before.acquireLane(1));
    }
    try (MirroredArea again = open()) {
      again.acquireLane(1);
    }
    journal.close();
  }

  /**
   * One of the others was told, and then the owner died: the lost one is back, and never counts.
   */
  @Test
  void shouldServeWhenOneOfTwoKnowsOfAReplacementThatWasNeverMade() throws IOException {
    Journal journal = journalWithoutDisk1();
    TestStorage.append(journal, "on two again");
    journal.close();
    area.close();
    HangingDisk told = disks.get(0);
    try (MirroredArea early = withoutDisk0()) {
      AreaIdentity identity = early.identity();
      try (MemoryMetadataArea one = new MemoryMetadataArea(told.storage)) {
        one.identify(identity.replacing(1, 1).onDevice(0, DEVICES));
      }
      assertTrue(early.devices().get(1).problem().isEmpty(), "it knows of nothing");
      disks.set(0, told);
      early.look();
      assertTrue(
          early.devices().get(1).problem().contains("has been replaced"),
          early.devices().toString());
      assertEquals(2, TestStorage.replay(JournalHistory.read(early)).size());
    }
    area = open();
    Journal next = TestStorage.activate(area, 1).journal();
    area.replaceDevice("disk 1", "again");
    takeIn(next);
    assertEquals(2, area.identity().newestGeneration(), "a number that was given is never again");
    next.close();
  }

  private MirroredArea withoutDisk0() throws IOException {
    AreaIdentity other = new AreaIdentity(new UUID(5, 6), "vs1", 2, 16 * JournalFormat.BLOCK, 8);
    disks.set(0, new HangingDisk(other.onDevice(1, DEVICES)));
    return open();
  }

  @Test
  void shouldNotOpenDevicesOfDifferentAreasOrInAnotherOrder() throws IOException {
    List<Member> turned = new ArrayList<>();
    for (int i : new int[] {2, 0, 1}) {
      turned.add(new Member("disk " + i, () -> new MemoryMetadataArea(disks.get(i).storage)));
    }
    IOException order = assertThrows(IOException.class, () -> MirroredArea.open(turned));
    assertTrue(order.getMessage().contains("stands in the place of"), order.getMessage());
    AreaIdentity other = new AreaIdentity(new UUID(3, 4), "vs1", 2, 16 * JournalFormat.BLOCK, 8);
    List<Member> mixed = new ArrayList<>();
    mixed.add(new Member("disk 0", () -> new MemoryMetadataArea(disks.get(0).storage)));
    for (int i = 1; i < DEVICES; i++) {
      HangingDisk foreign = new HangingDisk(other.onDevice(i, DEVICES));
      mixed.add(new Member("foreign " + i, () -> new MemoryMetadataArea(foreign.storage)));
    }
    IOException foreign = assertThrows(IOException.class, () -> MirroredArea.open(mixed));
    assertTrue(foreign.getMessage().contains("is of area"), foreign.getMessage());
  }
}
