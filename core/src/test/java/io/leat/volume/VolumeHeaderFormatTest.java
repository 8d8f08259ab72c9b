package io.leat.volume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class VolumeHeaderFormatTest {

  /** What version 1 writes; must stay readable for good. */
  private static final String VERSION_1_FIELDS =
      "4c454154564f4c0a" // magic
          + "00000001" // format version
          + "00001000" // block size
          + "0123456789abcdef8123456789abcdef"
          + "0000000100000000" // size
          + "00000006"
          + "76c3b66c2d31"; // völ-1

  private static final String VERSION_1_CHECKSUM = "5ac4695e";

  private static final VolumeHeader HEADER =
      new VolumeHeader(UUID.fromString("01234567-89ab-cdef-8123-456789abcdef"), "völ-1", 1L << 32);

  private static ByteBuffer golden() {
    HexFormat hex = HexFormat.of();
    ByteBuffer block = ByteBuffer.allocate(Volume.BLOCK_SIZE);
    block.put(hex.parseHex(VERSION_1_FIELDS));
    block.position(VolumeHeader.CHECKSUM_AT).put(hex.parseHex(VERSION_1_CHECKSUM));
    return block.clear();
  }

  private static ByteBuffer withChecksum(ByteBuffer block) {
    CRC32C crc = new CRC32C();
    crc.update(block.duplicate().clear().limit(VolumeHeader.CHECKSUM_AT));
    return block.putInt(VolumeHeader.CHECKSUM_AT, (int) crc.getValue());
  }

  private static String messageOf(ByteBuffer block) {
    return assertThrows(IOException.class, () -> VolumeHeader.decode(block, "/dev/x")).getMessage();
  }

  @Test
  void shouldWriteVersion1WhenEncoded() {
    assertEquals(
        HexFormat.of().formatHex(golden().array()),
        HexFormat.of().formatHex(HEADER.encode().array()));
  }

  @Test
  void shouldReadVersion1WhenDecoded() throws IOException {
    assertEquals(HEADER, VolumeHeader.decode(golden(), "/dev/x"));
  }

  @Test
  void shouldSurviveWhenNameHasTheLongestLength() throws IOException {
    String name = "ö".repeat(VolumeHeader.NAME_BYTES_MAX / 2);
    assertEquals(VolumeHeader.NAME_BYTES_MAX, name.getBytes(UTF_8).length);
    VolumeHeader header = new VolumeHeader(HEADER.uuid(), name, 8192);
    assertEquals(header, VolumeHeader.decode(header.encode(), "x"));
  }

  @Test
  void shouldSayNotLeatWhenMagicDiffers() {
    assertTrue(messageOf(ByteBuffer.allocate(4096)).contains("/dev/x is not a Leat volume"));
  }

  @Test
  void shouldSayDamagedWhenAnyFieldByteDiffers() {
    int fields = VERSION_1_FIELDS.length() / 2;
    for (int i = VolumeHeader.VERSION_AT; i < Volume.BLOCK_SIZE; i += i < fields ? 1 : 37) {
      ByteBuffer block = golden();
      block.put(i, (byte) (block.get(i) ^ 4));
      assertTrue(messageOf(block).contains("damaged"), "byte " + i);
    }
  }

  @Test
  void shouldSayDamagedWhenFieldsMakeNoSense() {
    assertTrue(messageOf(withChecksum(golden().putInt(12, 512))).contains("block size 512"));
    assertTrue(messageOf(withChecksum(golden().putLong(32, 5000))).contains("damaged"));
    assertTrue(messageOf(withChecksum(golden().putInt(40, 65))).contains("a name of 65 bytes"));
    assertTrue(messageOf(withChecksum(golden().putInt(40, -1))).contains("a name of -1 bytes"));
  }

  @Test
  void shouldSayNewerWhenVersionIsHigher() {
    String message =
        messageOf(
            withChecksum(
                golden().putInt(VolumeHeader.VERSION_AT, VolumeHeader.FORMAT_VERSION + 1)));
    assertTrue(message.contains("has format version 2; this Leat reads up to 1"), message);
  }

  @Test
  void shouldRefuseWhenValuesAreOutOfRange() {
    UUID uuid = HEADER.uuid();
    assertThrows(IllegalArgumentException.class, () -> new VolumeHeader(uuid, "", 8192));
    assertThrows(
        IllegalArgumentException.class, () -> new VolumeHeader(uuid, "ö".repeat(33), 8192));
    assertThrows(IllegalArgumentException.class, () -> new VolumeHeader(uuid, "v", 4096));
    assertThrows(IllegalArgumentException.class, () -> new VolumeHeader(uuid, "v", 8193));
  }
}
