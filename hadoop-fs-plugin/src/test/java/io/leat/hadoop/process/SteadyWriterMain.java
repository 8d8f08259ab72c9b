package io.leat.hadoop.process;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes one file without end, flushing after every chunk, and says after each flush how much is
 * published: {@code FLUSHED bytes}. Ends with {@code FAILED message} when the file system refuses.
 * The byte at offset {@code i} is {@link #byteAt}, so that anybody can check any prefix.
 */
final class SteadyWriterMain {

  private static final int CHUNK_BYTES = 7_001;

  private SteadyWriterMain() {}

  /** What stands at an offset of the file that was written with a salt. */
  static byte byteAt(long salt, long offset) {
    long mixed = (offset + salt * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
    return (byte) (mixed >>> 56);
  }

  public static void main(String[] args) throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", args[0]);
    conf.set("fs.defaultFS", "leat://demo/");
    long salt = Long.parseLong(args[2]);
    byte[] chunk = new byte[CHUNK_BYTES];
    try (FileSystem fs = FileSystem.newInstance(conf)) {
      try (FSDataOutputStream out = fs.create(new Path(args[1]))) {
        for (long at = 0; ; at += CHUNK_BYTES) {
          for (int i = 0; i < CHUNK_BYTES; i++) {
            chunk[i] = byteAt(salt, at + i);
          }
          out.write(chunk);
          out.hflush();
          System.out.println("FLUSHED " + (at + CHUNK_BYTES));
        }
      } catch (IOException e) {
        System.out.println("FAILED " + e.getMessage());
      }
    }
  }
}
