package io.leat.volume;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FaultyDeviceTest {

  private static final int SECTOR = SectorCache.SECTOR;
  private static final int SIZE = 64 * SECTOR;
  private static final int SEEDS = 200;

  private final MemoryDevice medium = new MemoryDevice(SIZE);

  private FaultyDevice device(FaultPolicy policy, long seed) {
    return new FaultyDevice(medium, policy, new Random(seed));
  }

  private static ByteBuffer filled(int bytes, int value) {
    byte[] array = new byte[bytes];
    Arrays.fill(array, (byte) value);
    return ByteBuffer.wrap(array);
  }

  private static byte[] contents(Device device) throws IOException {
    ByteBuffer dst = ByteBuffer.allocate(SIZE);
    device.read(0, dst);
    return dst.array();
  }

  private static void assertFails(Device device, int calls) {
    for (int i = 0; i < calls; i++) {
      assertThrows(IOException.class, () -> device.read(0, ByteBuffer.allocate(1)));
      assertThrows(IOException.class, () -> device.write(0, ByteBuffer.allocate(1)));
      assertThrows(IOException.class, device::flush);
    }
  }

  @Test
  void shouldFailAsOftenAsAskedWhenProbabilitiesAreSet() {
    FaultyDevice device = device(FaultPolicy.NONE.withReadFailure(0.25), 5);
    int failures = 0;
    for (int i = 0; i < 1_000; i++) {
      try {
        device.read(0, ByteBuffer.allocate(10));
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("injected"), e.getMessage());
        failures++;
      }
    }
    assertTrue(failures > 200 && failures < 300, "failures " + failures);
  }

  @Test
  void shouldLandNothingWhenWritesFail() throws IOException {
    FaultyDevice device = device(FaultPolicy.NONE.withWriteFailures(1, 0, 0), 1);
    assertThrows(IOException.class, () -> device.write(0, filled(SIZE, 1)));
    assertArrayEquals(new byte[SIZE], contents(medium));
  }

  @Test
  void shouldFailForGoodWhenOperationsAreUsedUp() throws IOException {
    FaultyDevice device = device(FaultPolicy.NONE.withFailureAfter(3), 1);
    device.write(0, filled(1, 1));
    device.read(0, ByteBuffer.allocate(1));
    device.flush();
    assertFails(device, 3);
    device.setPolicy(FaultPolicy.NONE);
    device.flush();
  }

  @Test
  void shouldFareTheSameWhenSeedIsTheSame() throws IOException {
    FaultPolicy policy = FaultPolicy.NONE.withWriteFailures(0.2, 0.3, 0.2).withReadFailure(0.3);
    List<String> first = history(policy, 9);
    assertEquals(first, history(policy, 9));
    assertFalse(first.equals(history(policy, 10)));
  }

  private static List<String> history(FaultPolicy policy, long seed) throws IOException {
    MemoryDevice fresh = new MemoryDevice(SIZE);
    FaultyDevice device = new FaultyDevice(fresh, policy, new Random(seed));
    List<String> history = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      try {
        device.write((i % 8L) * SECTOR, filled(4 * SECTOR, i));
        device.read(0, ByteBuffer.allocate(SIZE));
        history.add("ok");
      } catch (IOException e) {
        history.add(e.getMessage());
      }
    }
    history.add(Arrays.toString(contents(fresh)));
    return history;
  }

  @Test
  void shouldLandAPrefixOfSectorsWhenWriteIsTorn() throws IOException {
    Set<Integer> lengths = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      medium.write(0, ByteBuffer.allocate(SIZE));
      FaultyDevice device = device(FaultPolicy.NONE.withWriteFailures(0, 1, 0), seed);
      assertThrows(IOException.class, () -> device.write(100, filled(3 * SECTOR, 1)));
      byte[] bytes = contents(medium);
      int end = SIZE;
      while (end > 0 && bytes[end - 1] == 0) {
        end--;
      }
      for (int i = 0; i < end; i++) {
        assertEquals(i < 100 ? 0 : 1, bytes[i]);
      }
      lengths.add(end);
    }
    assertEquals(Set.of(0, SECTOR, 2 * SECTOR, 3 * SECTOR), lengths);
  }

  @Test
  void shouldServeNothingUntilRestartWhenTornWriteCrashes() throws IOException {
    FaultyDevice device =
        device(FaultPolicy.NONE.withWriteFailures(0, 1, 0).withCrashOnTornWrite(), 1);
    assertThrows(IOException.class, () -> device.write(0, filled(4 * SECTOR, 1)));
    assertTrue(device.isCrashed());
    assertFails(device, 1);
    device.restart();
    assertFalse(device.isCrashed());
    assertArrayEquals(contents(medium), contents(device));
  }

  @Test
  void shouldLandLaterWhenWriteIsLate() throws IOException {
    FaultyDevice device = device(FaultPolicy.NONE.withWriteFailures(0, 0, 1), 1);
    assertThrows(IOException.class, () -> device.write(5, filled(10, 7)));
    device.setPolicy(FaultPolicy.NONE);
    device.write(5, filled(10, 8));
    assertEquals(8, contents(device)[5]);
    assertEquals(1, device.releaseLateWrites());
    assertEquals(7, contents(device)[5]);
    assertEquals(0, device.releaseLateWrites());
  }

  @Test
  void shouldLandLaterWhenDeviceHasCrashedInBetween() throws IOException {
    FaultPolicy late = FaultPolicy.NONE.withVolatileCache().withWriteFailures(0, 0, 1);
    FaultyDevice device = device(late, 1);
    assertThrows(IOException.class, () -> device.write(0, filled(SECTOR, 7)));
    device.crash();
    assertEquals(1, device.releaseLateWrites());
    assertEquals(7, contents(medium)[0]);
  }

  @Test
  void shouldHoldNoMoreWhenTooManyWritesAreLate() throws IOException {
    FaultyDevice device = device(FaultPolicy.NONE.withWriteFailures(0, 0, 1), 1);
    for (int i = 0; i <= FaultyDevice.LATE_WRITES_MAX; i++) {
      assertThrows(IOException.class, () -> device.write(0, filled(1, 7)));
    }
    assertEquals(FaultyDevice.LATE_WRITES_MAX, device.releaseLateWrites());
  }

  @Test
  void shouldReadItsWritesWhenTheyAreUnflushed() throws IOException {
    FaultyDevice device = device(FaultPolicy.NONE.withVolatileCache(), 1);
    device.write(100, filled(1_000, 3));
    byte[] bytes = contents(device);
    for (int i = 0; i < SIZE; i++) {
      assertEquals(i >= 100 && i < 1_100 ? 3 : 0, bytes[i]);
    }
    assertArrayEquals(new byte[SIZE], contents(medium));
    device.flush();
    assertArrayEquals(bytes, contents(medium));
  }

  @Test
  void shouldKeepFlushedAndAnySubsetOfTheRestWhenCrashed() throws IOException {
    Set<Integer> versions = new TreeSet<>();
    Set<Integer> changed = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      FaultyDevice device = device(FaultPolicy.NONE.withVolatileCache(), seed);
      device.write(0, filled(8 * SECTOR, 1));
      device.flush();
      device.write(0, filled(4 * SECTOR, 2));
      device.write(0, filled(4 * SECTOR, 3));
      device.crash();
      device.restart();
      byte[] bytes = contents(device);
      int sectors = 0;
      for (int sector = 0; sector < 8; sector++) {
        byte value = bytes[sector * SECTOR];
        for (int i = 0; i < SECTOR; i++) {
          assertEquals(value, bytes[sector * SECTOR + i]);
        }
        sectors += value == 1 ? 0 : 1;
        versions.add((int) value);
        assertTrue(sector < 4 || value == 1);
      }
      changed.add(sectors);
    }
    assertEquals(Set.of(1, 2, 3), versions);
    assertEquals(Set.of(0, 1, 2, 3, 4), changed);
  }

  @Test
  void shouldKeepWritesUnflushedWhenFlushFails() throws IOException {
    FaultyDevice device = device(FaultPolicy.NONE.withVolatileCache().withFlushFailure(1), 1);
    device.write(0, filled(SECTOR, 1));
    assertThrows(IOException.class, device::flush);
    assertArrayEquals(new byte[SIZE], contents(medium));
    assertEquals(1, contents(device)[0]);
  }

  @Test
  void shouldServeTheMediumAgainWhenRestartedAfterClose() throws IOException {
    FaultyDevice device = device(FaultPolicy.NONE, 1);
    device.write(0, filled(1, 1));
    device.close();
    assertFails(device, 1);
    device.restart();
    assertEquals(1, contents(device)[0]);
  }

  @Test
  void shouldAskTheHookBeforeEachOperationWhenSlow() throws IOException {
    List<String> calls = new ArrayList<>();
    FaultyDevice device =
        new FaultyDevice(
            medium,
            1,
            FaultPolicy.NONE,
            new Random(1),
            (operation, offset, length) -> calls.add(operation + " " + offset + " " + length));
    device.write(3, filled(4, 1));
    device.read(5, ByteBuffer.allocate(6));
    device.flush();
    assertEquals(List.of("WRITE 3 4", "READ 5 6", "FLUSH 0 0"), calls);
  }

  @Test
  void shouldRefuseWhenProbabilitiesAreNone() {
    assertThrows(
        IllegalArgumentException.class, () -> FaultPolicy.NONE.withReadFailure(Double.NaN));
    assertThrows(
        IllegalArgumentException.class, () -> FaultPolicy.NONE.withWriteFailures(0.5, 0.4, 0.2));
    assertThrows(IllegalArgumentException.class, () -> FaultPolicy.NONE.withFailureAfter(-1));
  }
}
