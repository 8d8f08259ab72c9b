package io.leat.wire.listing;

import com.google.protobuf.ByteString;
import io.leat.model.FileAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A page as it came, checked once and read in place from then on. */
public final class ListingPage {

  /** The page; has an array. */
  private final ByteBuffer numbers;

  private final int entries;
  private final int namesStart;
  private final String[] strings;

  /** What decodes names; ISO-8859-1, which is faster, where all of them are ASCII. */
  private final Charset nameCharset;

  private ListingPage(
      ByteBuffer numbers, int entries, int namesStart, String[] strings, Charset nameCharset) {
    this.numbers = numbers;
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
    int nameStart = 0;
    for (int i = 0; i < entries; i++) {
      int row = ListingLayout.HEADER_BYTES + i * ListingLayout.ROW_BYTES;
      int nameEnd = in.getInt(row + ListingLayout.NAME_END);
      if (nameEnd < nameStart
          || nameEnd - nameStart > ListingLayout.NAME_BYTES_MAX
          || nameEnd > nameBytes) {
        throw malformed(
            in.capacity(), "name %d goes from %d to %d".formatted(i, nameStart, nameEnd));
      }
      checkRow(in, row, i, strings);
      nameStart = nameEnd;
    }
    if (nameStart != nameBytes) {
      throw malformed(
          in.capacity(), "names end at %d instead of %d".formatted(nameStart, nameBytes));
    }
  }

  private static void checkRow(ByteBuffer in, int row, int entry, int strings) throws IOException {
    boolean stringsKnown =
        Short.toUnsignedInt(in.getShort(row + ListingLayout.OWNER)) < strings
            && Short.toUnsignedInt(in.getShort(row + ListingLayout.GROUP)) < strings;
    boolean flagsKnown =
        (in.getShort(row + ListingLayout.FLAGS) & ~ListingLayout.ALL_FLAGS) == 0
            && (in.getShort(row + ListingLayout.MODE) & ~ListingLayout.MODE_MAX) == 0;
    long sizes =
        in.getLong(row + ListingLayout.SIZE)
            | in.getLong(row + ListingLayout.BLOCK_SIZE)
            | in.getInt(row + ListingLayout.REPLICATION);
    if (!stringsKnown) {
      throw malformed(
          in.capacity(), "entry %d has an owner or group without name".formatted(entry));
    }
    if (!flagsKnown) {
      throw malformed(in.capacity(), "entry %d has unknown mode bits or flags".formatted(entry));
    }
    if (sizes < 0) {
      throw malformed(in.capacity(), "entry %d has a negative size".formatted(entry));
    }
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
      int start = nameStart(i);
      var unused = utf8(numbers, start, nameEnd(i) - start);
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
    int start = nameStart(entry);
    return new String(
        numbers.array(), numbers.arrayOffset() + start, nameEnd(entry) - start, nameCharset);
  }

  private int nameStart(int entry) {
    return entry == 0 ? namesStart : nameEnd(entry - 1);
  }

  private int nameEnd(int entry) {
    return namesStart + numbers.getInt(rowOf(entry) + ListingLayout.NAME_END);
  }

  /**
   * What is known of an entry.
   *
   * @param entry 0 to size - 1
   */
  public FileAttributes attributes(int entry) {
    int row = rowOf(entry);
    int flags = numbers.getShort(row + ListingLayout.FLAGS);
    return new FileAttributes(
        numbers.getLong(row + ListingLayout.FILE_ID),
        (flags & ListingLayout.DIRECTORY) != 0,
        numbers.getLong(row + ListingLayout.SIZE),
        numbers.getShort(row + ListingLayout.MODE),
        string(row + ListingLayout.OWNER),
        string(row + ListingLayout.GROUP),
        numbers.getLong(row + ListingLayout.MODIFIED),
        numbers.getLong(row + ListingLayout.ACCESSED),
        numbers.getLong(row + ListingLayout.VERSION),
        numbers.getLong(row + ListingLayout.BLOCK_SIZE),
        numbers.getInt(row + ListingLayout.REPLICATION),
        (flags & ListingLayout.UNDER_CONSTRUCTION) != 0);
  }

  private int rowOf(int entry) {
    return ListingLayout.HEADER_BYTES + entry * ListingLayout.ROW_BYTES;
  }

  private String string(int place) {
    return strings[Short.toUnsignedInt(numbers.getShort(place))];
  }
}
