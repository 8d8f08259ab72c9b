package io.leat.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/** Formats and opens volumes. Any thread. */
public final class Volumes {

  /** Volume files are for the servers' user and the group of those with a direct path. */
  public static final Set<PosixFilePermission> FILE_PERMISSIONS =
      Set.copyOf(PosixFilePermissions.fromString("rw-rw----"));

  private Volumes() {}

  /**
   * Creates a file (0660) and makes it a volume, durably. On failure no file is left behind.
   *
   * @param uuid a new random one
   * @param sizeBytes a multiple of {@link Volume#BLOCK_SIZE}, at least two blocks
   * @param prewriteZeros allocate and write every block now, so that later writes are fast and
   *     cannot run out of space; else the file is sparse
   * @throws java.nio.file.FileAlreadyExistsException when {@code path} exists
   */
  public static VolumeHeader format(
      Path path, UUID uuid, String name, long sizeBytes, boolean prewriteZeros) throws IOException {
    VolumeHeader header = new VolumeHeader(uuid, name, sizeBytes);
    Devices.createFile(path, sizeBytes, prewriteZeros, FILE_PERMISSIONS);
    try (Device device = Devices.open(path, Access.BUFFERED)) {
      writeHeader(device, header);
    } catch (IOException e) {
      Devices.deleteAfter(e, path);
      throw e;
    }
    return header;
  }

  /**
   * Makes a blank block device a volume, durably.
   *
   * @param uuid a new random one
   * @throws java.nio.file.FileAlreadyExistsException when it is not blank
   */
  public static VolumeHeader formatDevice(Path path, UUID uuid, String name) throws IOException {
    try (Device device = Devices.open(path, Access.DIRECT)) {
      Devices.requireBlank(device, path.toString());
      return format(device, path.toString(), uuid, name);
    }
  }

  /**
   * Makes a whole device a volume, durably; a rest of less than a block stays unused. What it held
   * is lost, but a device that carries a Leat volume's header, even a damaged one, is refused.
   *
   * @param uuid a new random one
   * @param place what to call the device in messages
   */
  public static VolumeHeader format(Device device, String place, UUID uuid, String name)
      throws IOException {
    long sizeBytes = Alignment.down(device.size(), Volume.BLOCK_SIZE);
    VolumeHeader header = new VolumeHeader(uuid, name, sizeBytes);
    if (readHeaderBlock(device, place).getLong(0) == VolumeHeader.MAGIC) {
      throw new IOException(
          place + " already holds a Leat volume; overwrite its first block to give it up");
    }
    writeHeader(device, header);
    return header;
  }

  private static void writeHeader(Device device, VolumeHeader header) throws IOException {
    device.write(0, header.encode());
    device.flush();
  }

  /**
   * Opens a volume on one file or block device.
   *
   * @param expected the UUID that its header must have
   * @param direct bypass the page cache: needed where other hosts use the volume too
   * @throws IOException when it is missing, not permitted, not a Leat volume, damaged, of a newer
   *     format, another volume, or shorter than its header says
   */
  public static Volume open(Path path, UUID expected, boolean direct, boolean readOnly)
      throws IOException {
    Device device = Devices.open(path, new Access(direct, readOnly, false));
    try {
      return open(device, path.toString(), expected);
    } catch (IOException e) {
      try (device) {
        throw e;
      }
    }
  }

  /** Reads what a volume says of itself, without a check of who it should be. */
  public static VolumeHeader identify(Path path, boolean direct) throws IOException {
    Access access = direct ? Access.DIRECT : Access.BUFFERED;
    try (Device device = Devices.open(path, access.asReadOnly())) {
      return VolumeHeader.decode(readHeaderBlock(device, path.toString()), path.toString());
    }
  }

  /**
   * Opens a volume on an open device, which the volume owns from then on, and not if this fails.
   *
   * @param place what to call the device in messages
   */
  public static Volume open(Device device, String place, UUID expected) throws IOException {
    if (device.alignment() > Volume.BLOCK_SIZE) {
      throw new IOException(
          "%s needs an alignment of %d bytes, more than a block of %d"
              .formatted(place, device.alignment(), Volume.BLOCK_SIZE));
    }
    VolumeHeader header = VolumeHeader.decode(readHeaderBlock(device, place), place);
    if (!header.uuid().equals(expected)) {
      throw new IOException(
          "volume %s at %s is UUID %s, expected %s"
              .formatted(header.name(), place, header.uuid(), expected));
    }
    if (header.sizeBytes() > device.size()) {
      throw new IOException(
          "volume %s at %s is truncated: %d bytes are left of %d"
              .formatted(header.name(), place, device.size(), header.sizeBytes()));
    }
    return new SingleDeviceVolume(device, header, place);
  }

  private static ByteBuffer readHeaderBlock(Device device, String place) throws IOException {
    if (device.size() < Volume.BLOCK_SIZE) {
      throw new IOException(
          "%s is not a Leat volume: too short, %d bytes".formatted(place, device.size()));
    }
    ByteBuffer block = ByteBuffer.allocate(Volume.BLOCK_SIZE);
    device.read(0, block);
    return block.flip();
  }
}
