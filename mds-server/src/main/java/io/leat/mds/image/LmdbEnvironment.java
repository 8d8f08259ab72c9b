package io.leat.mds.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lmdbjava.ByteBufferProxy;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.LmdbException;
import org.lmdbjava.Stat;

/**
 * An open LMDB environment and its one, unnamed database. Not safe for use by several threads
 * beyond what LMDB allows to transactions; nothing may be called after close.
 *
 * <p>NOSYNC: durability is the journal's. NOTLS: readers move between threads. No WRITEMAP: on a
 * sparse file and a full disk it kills the process with SIGBUS.
 */
final class LmdbEnvironment {

  private static final int FILE_MODE = 0600;
  private static final int META_PAGES = 2;
  private static final String DATA_FILE = "data.mdb";
  private static final String LMDB_LOCK_FILE = "lock.mdb";

  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> dbi;
  private final ByteBuffer writerKeyBuffer = newKeyBuffer();

  private LmdbEnvironment(Env<ByteBuffer> env, Dbi<ByteBuffer> dbi) {
    this.env = env;
    this.dbi = dbi;
  }

  static LmdbEnvironment open(Path directory, long capacityBytes) throws IOException {
    try {
      Env<ByteBuffer> env =
          Env.create(ByteBufferProxy.PROXY_OPTIMAL)
              .setMapSize(capacityBytes)
              .setMaxReaders(Image.SNAPSHOTS_MAX)
              .open(directory.toFile(), FILE_MODE, EnvFlags.MDB_NOSYNC, EnvFlags.MDB_NOTLS);
      return new LmdbEnvironment(env, openDatabase(env));
    } catch (LmdbException e) {
      throw new IOException(
          "cannot open the image in "
              + directory
              + ": if its files are damaged, remove the directory and rebuild the image from"
              + " checkpoint and journal",
          e);
    }
  }

  private static Dbi<ByteBuffer> openDatabase(Env<ByteBuffer> env) {
    try {
      return env.openDbi((byte[]) null, new DbiFlags[0]);
    } catch (LmdbException e) {
      env.close();
      throw e;
    }
  }

  /** Removes what an environment leaves in its directory; it must not be open. */
  static void deleteFiles(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(DATA_FILE));
    Files.deleteIfExists(directory.resolve(LMDB_LOCK_FILE));
  }

  LmdbView newWriter() {
    return new LmdbView(dbi, env.txnWrite(), writerKeyBuffer);
  }

  LmdbView newReader() {
    return new LmdbView(dbi, env.txnRead(), newKeyBuffer());
  }

  private static ByteBuffer newKeyBuffer() {
    return ByteBuffer.allocateDirect(Keys.MAX_PLACE_BYTES);
  }

  /** Pages of the tree in the last committed state, in bytes. */
  long usedBytes() {
    Stat stat = env.stat();
    long pages = META_PAGES + stat.branchPages + stat.leafPages + stat.overflowPages;
    return pages * stat.pageSize;
  }

  /** Bytes of one page. */
  int pageBytes() {
    return env.stat().pageSize;
  }

  /** Pages up to the last one ever used, in bytes: the size that the file has grown to. */
  long highWaterBytes() {
    return (env.info().lastPageNumber + 1) * env.stat().pageSize;
  }

  /** The size of the map: what was asked for, or what the file needs if that is more. */
  long capacityBytes() {
    return env.info().mapSize;
  }

  void close() {
    env.close();
  }
}
