package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FileChecksum;
import org.apache.hadoop.fs.MD5MD5CRC32CastagnoliFileChecksum;
import org.apache.hadoop.io.DataOutputBuffer;
import org.apache.hadoop.io.MD5Hash;
import org.apache.hadoop.util.CrcComposer;
import org.apache.hadoop.util.CrcUtil;
import org.apache.hadoop.util.DataChecksum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileChecksumsTest {

  private static final int BLOCK_BYTES = 4_096;

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 513, 4_096, 10_000, 3 << 20})
  void shouldEqualWhatHdfsComposes(int length) throws IOException {
    byte[] bytes = FakeFile.pattern(length);
    CrcComposer composer = CrcComposer.newCrcComposer(DataChecksum.Type.CRC32C, 512);
    for (int at = 0; at < length; at += 512) {
      int chunk = Math.min(512, length - at);
      composer.update(crc(bytes, at, chunk), chunk);
    }

    FileChecksum checksum = compute(bytes, Long.MAX_VALUE, FileChecksums.Mode.COMPOSITE_CRC);

    assertArrayEquals(composer.digest(), checksum.getBytes());
    assertEquals("COMPOSITE-CRC32C", checksum.getAlgorithmName());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 513, 4_096, 4_097, 10_000, 40_000})
  void shouldEqualHdfsDigestOfBlockDigests(int length) throws IOException {
    byte[] bytes = FakeFile.pattern(length);
    DataOutputBuffer blocks = new DataOutputBuffer();
    for (int block = 0; block < length; block += BLOCK_BYTES) {
      blocks.write(blockDigest(bytes, block, Math.min(BLOCK_BYTES, length - block)));
    }
    long crcPerBlock = length > BLOCK_BYTES ? BLOCK_BYTES / 512 : 0;

    FileChecksum checksum = compute(bytes, Long.MAX_VALUE, FileChecksums.Mode.MD5MD5CRC);

    assertEquals(
        new MD5MD5CRC32CastagnoliFileChecksum(512, crcPerBlock, MD5Hash.digest(blocks.getData())),
        checksum);
  }

  @Test
  void shouldStopAtTheLengthAskedFor() throws IOException {
    byte[] bytes = FakeFile.pattern(2_000);

    FileChecksum part = compute(bytes, 700, FileChecksums.Mode.COMPOSITE_CRC);

    assertArrayEquals(CrcUtil.intToBytes(crc(bytes, 0, 700)), part.getBytes());
    assertNotEquals(part, compute(bytes, 2_000, FileChecksums.Mode.COMPOSITE_CRC));
  }

  @ParameterizedTest
  @EnumSource(FileChecksums.Mode.class)
  void shouldGiveHdfsConstantWhenTheFileIsEmpty(FileChecksums.Mode mode) throws IOException {
    assertEquals(
        "MD5-of-0MD5-of-0CRC32:70bc8f4b72a86921468bf8e8441dce51",
        compute(new byte[0], Long.MAX_VALUE, mode).toString());
  }

  /** The expected values are what HDFS 3.4.1 answered for a file of these bytes. */
  @ParameterizedTest
  @CsvSource({
    "MD5MD5CRC,     512,     MD5-of-0MD5-of-512CRC32C:a9cef15227e90938efaf0adad76b747f",
    "MD5MD5CRC,     1048577, MD5-of-2048MD5-of-512CRC32C:a44ca4e91dc145786664d0be8459d5ab",
    "MD5MD5CRC,     3146505, MD5-of-2048MD5-of-512CRC32C:710613ebf5cd008150d6c3c84576f89e",
    "MD5MD5CRC,     9437189, MD5-of-2048MD5-of-512CRC32C:ce3666b265e4d5016e8d96b0aad12eb7",
    "COMPOSITE_CRC, 513,     COMPOSITE-CRC32C:0x76d29d26",
    "COMPOSITE_CRC, 9437189, COMPOSITE-CRC32C:0x583a2eb1"
  })
  void shouldEqualWhatHdfsAnswered(FileChecksums.Mode mode, int length, String expected)
      throws IOException {
    try (FakeFile file = new FakeFile(FakeFile.pattern(length), 1 << 20)) {
      assertEquals(expected, FileChecksums.compute(file, Long.MAX_VALUE, mode).toString());
    }
  }

  private static FileChecksum compute(byte[] bytes, long length, FileChecksums.Mode mode)
      throws IOException {
    try (FakeFile file = new FakeFile(bytes, BLOCK_BYTES)) {
      return FileChecksums.compute(file, length, mode);
    }
  }

  private static byte[] blockDigest(byte[] bytes, int from, int length) {
    ByteBuffer crcs = ByteBuffer.allocate((length + 511) / 512 * Integer.BYTES);
    for (int at = 0; at < length; at += 512) {
      crcs.putInt(crc(bytes, from + at, Math.min(512, length - at)));
    }
    return MD5Hash.digest(crcs.array()).getDigest();
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
