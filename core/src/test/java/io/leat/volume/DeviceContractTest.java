package io.leat.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Every device passes the same suite. */
class DeviceContractTest {

  private static Path newFile(Path directory) throws IOException {
    Path file = directory.resolve("device");
    Devices.createFile(
        file, AbstractDeviceContract.SIZE, false, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  @Nested
  class Buffered extends AbstractDeviceContract {
    @TempDir Path directory;

    @Override
    protected Device openDevice() throws IOException {
      return Devices.open(newFile(directory), Access.BUFFERED);
    }
  }

  @Nested
  class BufferedWriteThrough extends AbstractDeviceContract {
    @TempDir Path directory;

    @Override
    protected Device openDevice() throws IOException {
      return Devices.open(newFile(directory), Access.BUFFERED.asWriteThrough());
    }
  }

  @Nested
  class Direct extends AbstractDeviceContract {
    @TempDir Path directory;

    @Override
    protected Device openDevice() throws IOException {
      return Devices.open(newFile(directory), Access.DIRECT);
    }
  }

  @Nested
  class DirectWriteThrough extends AbstractDeviceContract {
    @TempDir Path directory;

    @Override
    protected Device openDevice() throws IOException {
      return Devices.open(newFile(directory), Access.DIRECT.asWriteThrough());
    }
  }

  @Nested
  class DirectOnBlockDevice extends AbstractDeviceContract {
    @TempDir Path directory;
    private Optional<LoopDevice> loop = Optional.empty();

    @Override
    protected Device openDevice() throws IOException {
      loop = LoopDevice.attach(newFile(directory));
      Assumptions.assumeTrue(loop.isPresent(), "no loop device here: needs root and losetup");
      Device device = Devices.open(loop.orElseThrow().path(), Access.DIRECT);
      assertEquals(DirectDevice.class, device.getClass());
      assertTrue(device.alignment() > 1);
      return device;
    }

    @AfterEach
    void detach() throws IOException {
      if (loop.isPresent()) {
        loop.orElseThrow().close();
      }
    }
  }

  @Nested
  class Memory extends AbstractDeviceContract {
    @Override
    protected Device openDevice() {
      return new MemoryDevice(SIZE);
    }
  }

  @Nested
  class AlignedMemory extends AbstractDeviceContract {
    @Override
    protected Device openDevice() {
      return new MemoryDevice(SIZE, 4096);
    }
  }

  @Nested
  class Slice extends AbstractDeviceContract {
    @Override
    protected Device openDevice() {
      return new DeviceSlice(new MemoryDevice(SIZE + 8192, 4096), 4096, SIZE);
    }
  }

  @Nested
  class QuietFaulty extends AbstractDeviceContract {
    @Override
    protected Device openDevice() {
      return new FaultyDevice(new MemoryDevice(SIZE), FaultPolicy.NONE, new Random(1));
    }
  }

  @Nested
  class QuietFaultyWithCache extends AbstractDeviceContract {
    @Override
    protected Device openDevice() {
      return new FaultyDevice(
          new MemoryDevice(SIZE),
          4096,
          FaultPolicy.NONE.withVolatileCache(),
          new Random(1),
          FaultyDevice.Delay.NONE);
    }
  }
}
