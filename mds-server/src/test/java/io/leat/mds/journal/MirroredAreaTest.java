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
 * Devices that hang, with the threads of production; {@code MirroredAreaRandomTest} has the rest.
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

  @BeforeEach
  void make() throws IOException {
    AreaIdentity identity = new AreaIdentity(new UUID(1, 2), "vs1", 2, 16 * JournalFormat.BLOCK, 8);
    for (int i = 0; i < DEVICES; i++) {
      disks.add(new HangingDisk(identity.onDevice(i, DEVICES)));
    }
    area = open();
  }

  private MirroredArea open() throws IOException {
    return MirroredArea.open(
        disks.stream()
            .map(disk -> new Member("a disk", () -> new MemoryMetadataArea(disk.storage)))
            .toList());
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
