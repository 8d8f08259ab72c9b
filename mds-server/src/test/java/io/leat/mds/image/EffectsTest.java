package io.leat.mds.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EffectsTest {

  private static final String ONE_OF_EACH = "0100036b65790000000201020200016b";

  private final Image image = new MemoryImage();
  private final Effects effects = new Effects();
  private ImageTransaction transaction;

  @BeforeEach
  void begin() {
    transaction = image.begin();
  }

  @AfterEach
  void close() {
    transaction.close();
    image.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static ByteBuffer hex(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }

  private void recordOneOfEach() {
    effects.put(bytes("key"), new byte[] {1, 2});
    effects.delete(bytes("k"));
  }

  @Test
  void shouldEncodeAsDocumented() {
    recordOneOfEach();
    byte[] view = new byte[effects.byteSize()];
    effects.view().get(view);
    assertEquals(ONE_OF_EACH, HexFormat.of().formatHex(view));
    assertEquals(hex(ONE_OF_EACH), effects.copy());
    assertEquals(
        3 + 2 + Effects.PUT_OVERHEAD_BYTES + 1 + Effects.DELETE_OVERHEAD_BYTES, view.length);
  }

  @Test
  void shouldReplayFromAnyKindOfBufferAndLeaveItAsItWas() {
    ByteBuffer direct = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);
    direct.position(5).put(hex(ONE_OF_EACH)).limit(direct.position()).position(5);
    transaction.put(bytes("k"), bytes("old"));
    Effects.replay(direct, transaction);
    assertEquals(5, direct.position());
    assertEquals(ByteOrder.LITTLE_ENDIAN, direct.order());
    assertArrayEquals(new byte[] {1, 2}, transaction.get(bytes("key")));
    assertNull(transaction.get(bytes("k")));
  }

  @Test
  void shouldForgetOnClear() {
    assertTrue(effects.isEmpty());
    recordOneOfEach();
    assertFalse(effects.isEmpty());
    ByteBuffer copy = effects.copy();
    effects.clear();
    assertTrue(effects.isEmpty());
    assertEquals(0, effects.byteSize());
    assertFalse(effects.view().hasRemaining());
    effects.delete(bytes("other"));
    assertEquals(hex(ONE_OF_EACH), copy);
  }

  @Test
  void shouldGrow() {
    byte[] value = new byte[ImageReader.MAX_VALUE_BYTES];
    for (int i = 0; i < 5; i++) {
      effects.put(bytes("key" + i), value);
    }
    assertEquals(5 * (Effects.PUT_OVERHEAD_BYTES + 4 + value.length), effects.byteSize());
    Effects.replay(effects.view(), transaction);
    assertArrayEquals(value, transaction.get(bytes("key4")));
  }

  @Test
  void shouldRefuseToGrowBeyondItsBound() {
    byte[] value = new byte[ImageReader.MAX_VALUE_BYTES];
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () -> {
              for (int i = 0; i <= Effects.MAX_BYTES / value.length; i++) {
                effects.put(bytes("key"), value);
              }
            });
    assertTrue(thrown.getMessage().contains("" + Effects.MAX_BYTES), thrown.getMessage());
    assertTrue(effects.byteSize() <= Effects.MAX_BYTES);
  }

  @Test
  void shouldRefuseKeysAndValuesOutOfBounds() {
    assertThrows(IllegalArgumentException.class, () -> effects.put(new byte[0], bytes("value")));
    assertThrows(IllegalArgumentException.class, () -> effects.delete(new byte[512]));
    assertThrows(
        IllegalArgumentException.class, () -> effects.put(bytes("k"), new byte[(1 << 20) + 1]));
    assertTrue(effects.isEmpty());
  }

  @Test
  void shouldSayWhatIsMalformedAndWhere() {
    assertMalformed("0200016b" + "03", 4, "unknown kind of mutation 3");
    assertMalformed("01", 0, "a key length takes 2 bytes but only 0 follow");
    assertMalformed("0200016b" + "0100", 4, "a key length takes 2 bytes but only 1 follow");
    assertMalformed("020000", 0, "key length 0 is not in 1 to 511");
    assertMalformed("02ffff" + "00".repeat(600), 0, "key length 65535 is not in 1 to 511");
    assertMalformed("0200036b65", 0, "a key takes 3 bytes but only 2 follow");
    assertMalformed("0100016b0000", 0, "a value length takes 4 bytes but only 2 follow");
    assertMalformed("0100016bffffffff00", 0, "value length 4294967295 is not in 0 to 1048576");
    assertMalformed("0100016b0000000200", 0, "a value takes 2 bytes but only 1 follow");
  }

  private void assertMalformed(String hex, int offset, String reason) {
    MalformedEffectsException thrown =
        assertThrows(MalformedEffectsException.class, () -> Effects.replay(hex(hex), transaction));
    assertEquals(offset, thrown.offset());
    assertEquals("malformed effects at byte " + offset + ": " + reason, thrown.getMessage());
  }

  @Test
  void shouldRefuseEveryCutThatIsNotBetweenMutations() {
    recordOneOfEach();
    int boundary = effects.byteSize() - Effects.DELETE_OVERHEAD_BYTES - 1;
    for (int length = 1; length < effects.byteSize(); length++) {
      ByteBuffer cut = effects.view().limit(length);
      if (length == boundary) {
        Effects.replay(cut, transaction);
      } else {
        assertThrows(MalformedEffectsException.class, () -> Effects.replay(cut, transaction));
      }
    }
  }

  @Test
  void shouldNeverReadOutOfBoundsWhenBytesAreArbitrary() {
    Random random = new Random(11L);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      for (int at = 0; at < noise.length; at += 1 + random.nextInt(8)) {
        noise[at] = (byte) random.nextInt(3);
      }
      try {
        Effects.replay(ByteBuffer.wrap(noise), transaction);
      } catch (MalformedEffectsException e) {
        assertTrue(e.offset() < noise.length, e.getMessage());
      }
    }
  }

  @Test
  void shouldRecordMutationsThatHappened() {
    try (ImageTransaction recording = new RecordingTransaction(transaction, effects)) {
      recording.put(bytes("key"), new byte[] {1, 2});
      assertFalse(recording.delete(bytes("absent")));
      assertThrows(IllegalArgumentException.class, () -> recording.put(new byte[0], new byte[0]));
      assertThrows(IllegalArgumentException.class, () -> recording.delete(new byte[0]));
      transaction.put(bytes("k"), bytes("unrecorded"));
      assertTrue(recording.delete(bytes("k")));
      assertTrue(recording.contains(bytes("key")));
      assertArrayEquals(new byte[] {1, 2}, recording.get(bytes("key")));
      assertEquals(
          new Entry(bytes("key"), new byte[] {1, 2}), recording.floor(bytes("k"), bytes("z")));
      recording.commit();
    }
    assertEquals(hex(ONE_OF_EACH), effects.copy());
    try (ImageSnapshot snapshot = image.snapshot()) {
      assertTrue(snapshot.contains(bytes("key")));
    }
  }
}
