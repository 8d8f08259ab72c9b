package io.leat.wire.listing;

import com.google.protobuf.ByteString;
import io.leat.model.FileAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A page as it came, checked once and read in place from then on. */
public final class ListingPage {

  private final ByteBuffer in;
  private final byte[] bytes;

  /** Of the page in the array. */
  private final int start;

  private final int entries;
  private final int namesStart;
  private final String[] strings;

  /** What decodes names; ISO-8859-1, which is faster, where all of them are ASCII. */
  private final Charset nameCharset;

  private ListingPage(
      ByteBuffer in, int entries, int namesStart, String[] strings, Charset nameCharset) {
    this.in = in;
    this.bytes = in.array();
    this.start = in.arrayOffset();
    this.entries = entries;
    this.namesStart = namesStart;
    this.strings = strings;
    this.nameCharset = nameCharset;
  }

  /**
   * Checks all of a page, so that reading it cannot fail. The page keeps the bytes.
   *
   * @throws IOException it is not a page; the message says what is wrong
   */
  public static ListingPage of(ByteString bytes) throws IOException {
    return of(PageBytes.of(bytes));
  }

  private static ListingPage of(ByteBuffer in) throws IOException {
    int length = in.capacity();
    if (length < ListingLayout.HEADER_BYTES) {
      throw malformed(length, "it has no header");
    }
    int entries = bounded(in, ListingLayout.ENTRIES, ListingLayout.ENTRIES_MAX, "entries");
    int nameBytes =
        bounded(in, ListingLayout.NAME_BYTES, entries * ListingLayout.NAME_BYTES_MAX, "name bytes");
    int stringCount = bounded(in, ListingLayout.STRINGS, ListingLayout.STRINGS_MAX, "strings");
    int namesStart = ListingLayout.HEADER_BYTES + entries * ListingLayout.ROW_BYTES;
    int stringsStart = namesStart + nameBytes;
    if (stringsStart > length) {
      throw malformed(
          length, "%d entries with names of %d bytes are cut off".formatted(entries, nameBytes));
    }
    checkRows(in, entries, nameBytes, stringCount);
    String[] strings = strings(in.position(stringsStart), stringCount);
    Charset charset = nameCharset(in, namesStart, stringsStart);
    ListingPage page = new ListingPage(in, entries, namesStart, strings, charset);
    if (charset.equals(StandardCharsets.UTF_8)) {
      page.checkNames();
    }
    return page;
  }

  /**
   * Whether a page claims to be of a directory, and to have few entries. Looks at its header alone.
   *
   * @param most so many are few
   */
  public static boolean isOfFew(ByteString page, int most) {
    if (page.size() < ListingLayout.HEADER_BYTES) {
      return false;
    }
    ByteBuffer header = page.substring(0, ListingLayout.HEADER_BYTES).asReadOnlyByteBuffer();
    int entries = header.getInt(ListingLayout.ENTRIES);
    boolean named = header.getInt(ListingLayout.NAME_BYTES) != 0;
    return entries == 0 || (named && Integer.compareUnsigned(entries, most) <= 0);
  }

  private static int bounded(ByteBuffer in, int place, int max, String what) throws IOException {
    int count = in.getInt(place);
    if (Integer.compareUnsigned(count, max) > 0) {
      throw malformed(
          in.capacity(),
          "it claims %s %s, allowed are %d".formatted(Integer.toUnsignedString(count), what, max));
    }
    return count;
  }

  private static void checkRows(ByteBuffer in, int entries, int nameBytes, int strings)
      throws IOException {
    byte[] bytes = in.array();
    int rows = in.arrayOffset() + ListingLayout.HEADER_BYTES;
    int nameStart = 0;
    for (int i = 0; i < entries; i++) {
      int row = rows + i * ListingLayout.ROW_BYTES;
      int nameEnd = ListingLayout.getInt(bytes, row + ListingLayout.NAME_END);
      if (nameEnd < nameStart
          || nameEnd - nameStart > ListingLayout.NAME_BYTES_MAX
          || nameEnd > nameBytes) {
        throw malformed(
            in.capacity(), "name %d goes from %d to %d".formatted(i, nameStart, nameEnd));
      }
      Optional<String> objection = objection(bytes, row, strings);
      if (objection.isPresent()) {
        throw malformed(in.capacity(), "entry %d has %s".formatted(i, objection.get()));
      }
      nameStart = nameEnd;
    }
    if (nameStart != nameBytes) {
      throw malformed(
          in.capacity(), "names end at %d instead of %d".formatted(nameStart, nameBytes));
    }
  }

  private static Optional<String> objection(byte[] bytes, int row, int strings) {
    boolean stringsKnown =
        Short.toUnsignedInt(ListingLayout.getShort(bytes, row + ListingLayout.OWNER)) < strings
            && Short.toUnsignedInt(ListingLayout.getShort(bytes, row + ListingLayout.GROUP))
                < strings;
    boolean flagsKnown =
        (ListingLayout.getShort(bytes, row + ListingLayout.FLAGS) & ~ListingLayout.ALL_FLAGS) == 0
            && (ListingLayout.getShort(bytes, row + ListingLayout.MODE) & ~ListingLayout.MODE_MAX)
                == 0;
    long sizes =
        ListingLayout.getLong(bytes, row + ListingLayout.SIZE)
            | ListingLayout.getLong(bytes, row + ListingLayout.BLOCK_SIZE)
            | ListingLayout.getInt(bytes, row + ListingLayout.REPLICATION);
    if (!stringsKnown) {
      return Optional.of("an owner or group without name");
    }
    if (!flagsKnown) {
      return Optional.of("unknown mode bits or flags");
    }
    return sizes < 0 ? Optional.of("a negative size") : Optional.empty();
  }

  private static String[] strings(ByteBuffer in, int count) throws IOException {
    String[] strings = new String[count];
    for (int i = 0; i < count; i++) {
      int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw malformed(in.capacity(), "string %d is cut off".formatted(i));
      }
      strings[i] = utf8(in, in.position(), length);
      in.position(in.position() + length);
    }
    if (in.hasRemaining()) {
      throw malformed(in.capacity(), "%d bytes follow its end".formatted(in.remaining()));
    }
    return strings;
  }

  private static Charset nameCharset(ByteBuffer in, int from, int to) throws IOException {
    byte[] bytes = in.array();
    int offset = in.arrayOffset();
    int all = 0;
    for (int i = offset + from; i < offset + to; i++) {
      byte b = bytes[i];
      all |= b;
      if (b == '/' || b == 0) {
        throw malformed(in.capacity(), "a name holds a slash or a zero");
      }
    }
    return all < 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
  }

  private void checkNames() throws IOException {
    for (int i = 0; i < entries; i++) {
      int nameStart = nameStart(i);
      var unused = utf8(in, nameStart, nameEnd(i) - nameStart);
    }
  }

  private static String utf8(ByteBuffer bytes, int from, int length) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.slice(from, length)).toString();
    } catch (CharacterCodingException e) {
      throw malformed(bytes.capacity(), "the text at %d is not UTF-8".formatted(from), e);
    }
  }

  private static IOException malformed(int length, String why) {
    return malformed(length, why, null);
  }

  private static IOException malformed(int length, String why, Exception cause) {
    return new IOException(
        "malformed page of a listing, %d bytes: %s".formatted(length, why), cause);
  }

  /** Entries in the page. */
  public int size() {
    return entries;
  }

  /**
   * A name; empty where the path listed is a file.
   *
   * @param entry 0 to size - 1
   */
  public String name(int entry) {
    int nameStart = nameStart(entry);
    return new String(bytes, start + nameStart, nameEnd(entry) - nameStart, nameCharset);
  }

  private int nameStart(int entry) {
    return entry == 0 ? namesStart : nameEnd(entry - 1);
  }

  private int nameEnd(int entry) {
    return namesStart + ListingLayout.getInt(bytes, rowOf(entry) + ListingLayout.NAME_END);
  }

  /**
   * What is known of an entry.
   *
   * @param entry 0 to size - 1
   */
  public FileAttributes attributes(int entry) {
    int row = rowOf(entry);
    int flags = ListingLayout.getShort(bytes, row + ListingLayout.FLAGS);
    return new FileAttributes(
        ListingLayout.getLong(bytes, row + ListingLayout.FILE_ID),
        (flags & ListingLayout.DIRECTORY) != 0,
        ListingLayout.getLong(bytes, row + ListingLayout.SIZE),
        ListingLayout.getShort(bytes, row + ListingLayout.MODE),
        string(row + ListingLayout.OWNER),
        string(row + ListingLayout.GROUP),
        ListingLayout.getLong(bytes, row + ListingLayout.MODIFIED),
        ListingLayout.getLong(bytes, row + ListingLayout.ACCESSED),
        ListingLayout.getLong(bytes, row + ListingLayout.VERSION),
        ListingLayout.getLong(bytes, row + ListingLayout.BLOCK_SIZE),
        ListingLayout.getInt(bytes, row + ListingLayout.REPLICATION),
        (flags & ListingLayout.UNDER_CONSTRUCTION) != 0);
  }

  private int rowOf(int entry) {
    return start + ListingLayout.HEADER_BYTES + entry * ListingLayout.ROW_BYTES;
  }

  private String string(int place) {
    return strings[Short.toUnsignedInt(ListingLayout.getShort(bytes, place))];
  }
}
