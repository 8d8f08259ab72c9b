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
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Device} does, however it is made. */
public abstract class AbstractDeviceContract {

  /** Size of the device under test, bytes: a multiple of every alignment, more than two bounces. */
  protected static final int SIZE = 4 << 20;

  private static final long SEED = 20_240_607L;
  private static final int ROUNDS = 300;
  private static final int STORM_THREADS = 4;
  private static final int STORM_ROUNDS = 400;
  private static final long STORM_PAUSE_NANOS = 20_000;
  private static final int STORM_BYTES = 16 << 10;

  private final List<Throwable> stormFailures = Collections.synchronizedList(new ArrayList<>());
  private Device device;

  /** Opens a device of {@link #SIZE} bytes, all zeros. */
  protected abstract Device openDevice() throws IOException;

  @BeforeEach
  final void open() throws IOException {
    device = openDevice();
  }

  @AfterEach
  final void closeDevice() throws IOException {
    Thread.interrupted();
    if (device != null) {
      device.close();
    }
  }

  @Test
  void shouldReportSizeAndAlignmentWhenOpen() {
    assertEquals(SIZE, device.size());
    assertEquals(1, Integer.bitCount(device.alignment()));
  }

  @Test
  void shouldReadZerosWhenNothingWasWritten() throws IOException {
    assertArrayEquals(new byte[SIZE], read(0, SIZE, false));
  }

  @Test
  void shouldReadWhatWasWrittenWhenBuffersAreOfAnyKind() throws IOException {
    Random random = new Random(SEED);
    byte[] shadow = new byte[SIZE];
    for (int round = 0; round < ROUNDS; round++) {
      int[] range = randomRange(random);
      byte[] bytes = new byte[range[1]];
      random.nextBytes(bytes);
      write(range[0], bytes, random.nextBoolean());
      System.arraycopy(bytes, 0, shadow, range[0], bytes.length);
      int[] other = randomRange(random);
      byte[] expected = Arrays.copyOfRange(shadow, other[0], other[0] + other[1]);
      assertArrayEquals(expected, read(other[0], other[1], random.nextBoolean()));
    }
    assertArrayEquals(shadow, read(0, SIZE, true));
  }

  @Test
  void shouldUseOnlyBytesFromPositionToLimitWhenBufferIsPartlyFilled() throws IOException {
    int unit = unit();
    ByteBuffer src = ByteBuffer.wrap(pattern(1, 3 * unit));
    device.write(unit, src.position(unit).limit(2 * unit));
    assertEquals(2 * unit, src.position());
    ByteBuffer dst = ByteBuffer.allocate(3 * unit);
    device.read(0, dst.position(unit).limit(3 * unit));
    assertEquals(3 * unit, dst.position());
    byte[] expected = new byte[3 * unit];
    System.arraycopy(pattern(1, 3 * unit), unit, expected, 2 * unit, unit);
    assertArrayEquals(expected, dst.array());
  }

  @Test
  void shouldWriteWhenBufferIsReadOnly() throws IOException {
    byte[] bytes = pattern(3, unit());
    device.write(0, ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    assertArrayEquals(bytes, read(0, unit(), false));
  }

  @Test
  void shouldReachTheLastByteAndNotBeyondWhenRangeIsAtTheEnd() throws IOException {
    int unit = unit();
    byte[] bytes = pattern(7, unit);
    write(SIZE - unit, bytes, false);
    assertArrayEquals(bytes, read(SIZE - unit, unit, true));
    assertRefused(SIZE, unit);
    assertRefused(SIZE - unit, 2 * unit);
    assertRefused(Alignment.down(Long.MAX_VALUE, unit), unit);
  }

  private void assertRefused(long offset, int length) {
    List<IOException> refusals =
        List.of(
            assertThrows(IOException.class, () -> device.read(offset, buffer(length))),
            assertThrows(IOException.class, () -> device.write(offset, buffer(length))));
    for (IOException e : refusals) {
      assertTrue(e.getMessage().contains(Long.toString(offset)), e.getMessage());
      assertTrue(e.getMessage().contains(Integer.toString(length)), e.getMessage());
    }
  }

  @Test
  void shouldRefuseWhenOffsetIsNegative() {
    assertThrows(IllegalArgumentException.class, () -> device.read(-unit(), buffer(unit())));
    assertThrows(IllegalArgumentException.class, () -> device.write(-unit(), buffer(unit())));
  }

  @Test
  void shouldRefuseWhenNotAligned() {
    int alignment = device.alignment();
    if (alignment == 1) {
      return;
    }
    assertUnaligned(alignment / 2, buffer(alignment));
    assertUnaligned(0, buffer(alignment / 2));
    assertUnaligned(0, ByteBuffer.allocate(alignment + 1));
    assertUnaligned(0, buffer(2 * alignment).position(1).limit(alignment + 1));
  }

  private void assertUnaligned(long offset, ByteBuffer buffer) {
    assertThrows(IllegalArgumentException.class, () -> device.read(offset, buffer.duplicate()));
    assertThrows(IllegalArgumentException.class, () -> device.write(offset, buffer.duplicate()));
  }

  @Test
  void shouldDoNothingWhenLengthIsZero() throws IOException {
    device.write(SIZE, ByteBuffer.allocate(0));
    device.read(SIZE, ByteBuffer.allocate(0));
    device.flush();
  }

  @Test
  void shouldRefuseAllCallsWhenClosed() throws IOException {
    device.close();
    device.close();
    assertThrows(IOException.class, () -> device.read(0, buffer(unit())));
    assertThrows(IOException.class, () -> device.write(0, buffer(unit())));
    assertThrows(IOException.class, () -> device.flush());
  }

  @Test
  void shouldFinishAndKeepTheFlagWhenThreadIsInterrupted() throws IOException {
    byte[] bytes = pattern(5, unit());
    Thread.currentThread().interrupt();
    write(0, bytes, false);
    device.flush();
    assertArrayEquals(bytes, read(0, unit(), false));
    assertArrayEquals(bytes, read(0, unit(), true));
    assertTrue(Thread.interrupted());
  }

  @Test
  void shouldServeEveryThreadWhenManyAreInterrupted() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(STORM_THREADS);
    AtomicBoolean calm = new AtomicBoolean();
    List<Thread> victims = new ArrayList<>();
    try {
      for (int i = 0; i < STORM_THREADS; i++) {
        int region = i;
        victims.add(new Thread(() -> workUntil(calm, region), "victim-" + i));
      }
      victims.forEach(Thread::start);
      Thread storm = new Thread(() -> interruptUntil(calm, victims), "storm");
      storm.start();
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < STORM_THREADS; i++) {
        int region = i;
        results.add(
            workers.submit(
                () -> {
                  writeAndReadBack(region);
                  return null;
                }));
      }
      for (Future<?> result : results) {
        result.get(60, TimeUnit.SECONDS);
      }
      calm.set(true);
      storm.join(10_000);
      assertFalse(storm.isAlive());
    } finally {
      calm.set(true);
      workers.shutdownNow();
      for (Thread victim : victims) {
        victim.join(10_000);
        assertFalse(victim.isAlive());
      }
    }
    assertEquals(List.of(), stormFailures);
  }

  private static void interruptUntil(AtomicBoolean calm, List<Thread> victims) {
    while (!calm.get()) {
      victims.forEach(Thread::interrupt);
      LockSupport.parkNanos(STORM_PAUSE_NANOS);
    }
  }

  /** Victims write and read regions of their own, so they are checked as well. */
  private void workUntil(AtomicBoolean calm, int region) {
    int offset = (STORM_THREADS + region) * STORM_BYTES;
    try {
      for (int round = 0; !calm.get(); round++) {
        byte[] bytes = pattern(round, STORM_BYTES);
        write(offset, bytes, (round & 1) == 0);
        assertArrayEquals(bytes, read(offset, STORM_BYTES, (round & 2) == 0));
        Thread.interrupted();
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      stormFailures.add(e);
    }
  }

  private void writeAndReadBack(int region) throws IOException {
    int offset = region * STORM_BYTES;
    for (int round = 0; round < STORM_ROUNDS; round++) {
      byte[] bytes = pattern(round * 31 + region, STORM_BYTES);
      write(offset, bytes, (round & 1) == 0);
      if (round % 100 == 0) {
        device.flush();
      }
      assertArrayEquals(bytes, read(offset, STORM_BYTES, (round & 2) == 0));
      assertFalse(Thread.currentThread().isInterrupted());
    }
  }

  private int unit() {
    return Math.max(512, device.alignment());
  }

  private int[] randomRange(Random random) {
    int alignment = device.alignment();
    int lengthMax = random.nextInt(10) == 0 ? SIZE : 32 << 10;
    int length = random.nextInt(lengthMax / alignment + 1) * alignment;
    int offset = random.nextInt((SIZE - length) / alignment + 1) * alignment;
    return new int[] {offset, length};
  }

  private ByteBuffer buffer(int bytes) {
    return BounceBuffers.allocate(bytes, device.alignment());
  }

  private void write(long offset, byte[] bytes, boolean throughDirectBuffer) throws IOException {
    ByteBuffer src =
        throughDirectBuffer ? buffer(bytes.length).put(bytes).flip() : ByteBuffer.wrap(bytes);
    device.write(offset, src);
    assertFalse(src.hasRemaining());
  }

  private byte[] read(long offset, int length, boolean throughDirectBuffer) throws IOException {
    ByteBuffer dst = throughDirectBuffer ? buffer(length) : ByteBuffer.allocate(length);
    device.read(offset, dst);
    assertFalse(dst.hasRemaining());
    byte[] bytes = new byte[length];
    dst.flip().get(bytes);
    return bytes;
  }

  private static byte[] pattern(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
