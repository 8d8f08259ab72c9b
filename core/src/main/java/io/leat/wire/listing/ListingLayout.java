package io.leat.wire.listing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Where things stand in a page; numbers are big-endian. */
final class ListingLayout {

  /** Entries in one page at most. */
  static final int ENTRIES_MAX = 10_000;

  /** The longest name, bytes. */
  static final int NAME_BYTES_MAX = 255;

  /** Permission bits. */
  static final int MODE_MAX = 01777;

  // The header: three unsigned counts.
  static final int ENTRIES = 0;
  static final int NAME_BYTES = 4;
  static final int STRINGS = 8;
  static final int HEADER_BYTES = 12;

  // A row.
  static final int FILE_ID = 0;
  static final int VERSION = 8;
  static final int SIZE = 16;
  static final int MODIFIED = 24;
  static final int ACCESSED = 32;
  static final int BLOCK_SIZE = 40;
  static final int REPLICATION = 48;
  static final int NAME_END = 52;
  static final int OWNER = 56;
  static final int GROUP = 58;
  static final int MODE = 60;
  static final int FLAGS = 62;
  static final int ROW_BYTES = 64;

  // Flags.
  static final int DIRECTORY = 1;
  static final int UNDER_CONSTRUCTION = 2;
  static final int ALL_FLAGS = DIRECTORY | UNDER_CONSTRUCTION;

  /** Owners and groups in one page at most: each entry's two, and the empty one. */
  static final int STRINGS_MAX = 2 * ENTRIES_MAX + 1;

  // Into a page's array: a ByteBuffer's own checks took a tenth of the time of writing a page.
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private ListingLayout() {}

  static long getLong(byte[] page, int place) {
    return (long) LONGS.get(page, place);
  }

  static int getInt(byte[] page, int place) {
    return (int) INTS.get(page, place);
  }

  static short getShort(byte[] page, int place) {
    return (short) SHORTS.get(page, place);
  }
}
