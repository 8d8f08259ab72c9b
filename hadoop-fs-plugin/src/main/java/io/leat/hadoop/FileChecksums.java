package io.leat.hadoop;

import io.leat.client.FileReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.CompositeCrcFileChecksum;
import org.apache.hadoop.fs.FileChecksum;
import org.apache.hadoop.fs.MD5MD5CRC32CastagnoliFileChecksum;
import org.apache.hadoop.fs.MD5MD5CRC32GzipFileChecksum;
import org.apache.hadoop.io.DataOutputBuffer;
import org.apache.hadoop.io.MD5Hash;
import org.apache.hadoop.util.DataChecksum;

/**
 * File checksums that equal HDFS's for the same bytes, computed by reading them: so DistCp can
 * compare across the two file systems.
 *
 * <ul>
 *   <li>COMPOSITE_CRC: HDFS composes the CRC32C of chunks and blocks, which gives the CRC32C of the
 *       whole; it depends on the bytes alone.
 *   <li>MD5MD5CRC: the MD5 over the blocks' MD5s over the CRC32C of each 512 bytes. It depends on
 *       the block size, so copies compare only with the same one ({@code distcp -pb}).
 * </ul>
 */
final class FileChecksums {

  /** HDFS's {@code dfs.bytes-per-checksum} default. */
  static final int BYTES_PER_CRC = 512;

  private static final int READ_BYTES = 1 << 20;
  private static final int EMPTY_BYTES = 32;

  private FileChecksums() {}

  /** What is computed. */
  enum Mode {
    MD5MD5CRC,
    COMPOSITE_CRC;

    /**
     * @param name null for the default
     */
    static Mode of(String name) {
      if (name == null || name.isEmpty()) {
        return MD5MD5CRC;
      }
      try {
        return valueOf(name.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%s is \"%s\"; it must be MD5MD5CRC or COMPOSITE_CRC"
                .formatted(LeatKeys.CHECKSUM_COMBINE_MODE, name),
            e);
      }
    }
  }

  /**
   * The checksum of the first {@code length} bytes, or of all there are.
   *
   * @param length bytes, not negative
   */
  static FileChecksum compute(FileReader reader, long length, Mode mode) throws IOException {
    return switch (mode) {
      case MD5MD5CRC -> md5(reader, length);
      case COMPOSITE_CRC -> composite(reader, length);
    };
  }

  private static FileChecksum composite(FileReader reader, long length) throws IOException {
    CRC32C crc = new CRC32C();
    if (scan(reader, length, crc::update) == 0) {
      return ofNothing();
    }
    return new CompositeCrcFileChecksum(
        (int) crc.getValue(), DataChecksum.Type.CRC32C, BYTES_PER_CRC);
  }

  private static FileChecksum md5(FileReader reader, long length) throws IOException {
    BlockDigests digests = new BlockDigests(reader.attributes().blockSize());
    return scan(reader, length, digests::update) == 0 ? ofNothing() : digests.result();
  }

  /** What HDFS answers for a file without blocks, whatever the mode. */
  private static FileChecksum ofNothing() {
    return new MD5MD5CRC32GzipFileChecksum(0, 0, MD5Hash.digest(new byte[EMPTY_BYTES]));
  }

  /** Takes some bytes; whole chunks but for the file's last. */
  private interface Sink {
    void take(ByteBuffer bytes) throws IOException;
  }

  /** Returns the number of bytes. */
  private static long scan(FileReader reader, long length, Sink sink) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    long position = 0;
    while (position < length) {
      buffer.clear().limit((int) Math.min(READ_BYTES, length - position));
      int read = reader.read(position, buffer);
      if (read < 0) {
        return position;
      }
      position += read;
      sink.take(buffer.flip());
    }
    return position;
  }

  /** HDFS's digests: CRCs into a block's MD5, those into a buffer whose padding is digested too. */
  private static final class BlockDigests {
    private final long blockSize;
    private final CRC32C crc = new CRC32C();
    private final byte[] crcBytes = new byte[Integer.BYTES];
    private final DataOutputBuffer blockDigests = new DataOutputBuffer();
    private final MessageDigest block;
    private long blocks;
    private long blockBytes;
    private int chunkBytes;

    BlockDigests(long blockSize) throws IOException {
      this.blockSize = blockSize;
      try {
        this.block = MessageDigest.getInstance("MD5");
      } catch (NoSuchAlgorithmException e) {
        throw new IOException("this Java has no MD5, which HDFS's checksums need", e);
      }
    }

    void update(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        int take =
            (int)
                Math.min(
                    Math.min(bytes.remaining(), BYTES_PER_CRC - chunkBytes),
                    blockSize - blockBytes);
        crc.update(bytes.array(), bytes.arrayOffset() + bytes.position(), take);
        bytes.position(bytes.position() + take);
        chunkBytes += take;
        blockBytes += take;
        if (chunkBytes == BYTES_PER_CRC || blockBytes == blockSize) {
          endChunk();
        }
        if (blockBytes == blockSize) {
          endBlock();
        }
      }
    }

    private void endChunk() {
      ByteBuffer.wrap(crcBytes).putInt((int) crc.getValue());
      block.update(crcBytes);
      crc.reset();
      chunkBytes = 0;
    }

    private void endBlock() throws IOException {
      blockDigests.write(block.digest());
      blockBytes = 0;
      blocks++;
    }

    FileChecksum result() throws IOException {
      if (chunkBytes > 0) {
        endChunk();
      }
      if (blockBytes > 0) {
        endBlock();
      }
      return new MD5MD5CRC32CastagnoliFileChecksum(
          BYTES_PER_CRC,
          blocks > 1 ? blockSize / BYTES_PER_CRC : 0,
          MD5Hash.digest(blockDigests.getData()));
    }
  }
}
