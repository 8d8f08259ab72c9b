package io.leat.wire.listing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.leat.model.FileAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ListingPageTest {

  private static final long SEED = 20_261_121;
  private static final int DAMAGED_PAGES = 20_000;

  private static final FileAttributes FILE =
      new FileAttributes(7, false, 42, 0640, "me", "us", 1_000, -2, 9, 4_096, 3, true);
  private static final FileAttributes DIRECTORY =
      new FileAttributes(8, true, 0, 01777, "you", "me", 5, 6, 1, 0, 0, false);

  private record Named(String name, FileAttributes attributes) {}

  @Test
  void shouldGiveBackWhatWasWritten() throws IOException {
    List<Named> written =
        List.of(
            new Named("a", FILE), new Named("häß\uD83D\uDE00", DIRECTORY), new Named("z", FILE));

    assertEquals(written, read(page(written)));
  }

  @Test
  void shouldTakeAnEmptyDirectory() throws IOException {
    assertEquals(List.of(), read(page(List.of())));
  }

  @Test
  void shouldTakeAFileListedItself() throws IOException {
    assertEquals(List.of(new Named("", FILE)), read(page(List.of(new Named("", FILE)))));
  }

  @Test
  void shouldTakeMoreEntriesThanExpectedEachWithItsOwner() throws IOException {
    List<Named> written = new ArrayList<>();
    for (int i = 0; i < ListingLayout.ENTRIES_MAX; i++) {
      written.add(new Named("n" + i + "x".repeat(i % 240), owned("o" + i, "g" + i)));
    }

    assertEquals(written, read(page(written)));
  }

  /** As they come from the wire: a part of a frame's array, a buffer, several arrays. */
  @Test
  void shouldReadBytesWhereverTheyAre() throws IOException {
    byte[] page = page(two());
    ByteString framed = ByteString.copyFromUtf8("frame").concat(ByteString.copyFrom(page));
    ByteBuffer direct = ByteBuffer.allocateDirect(page.length).put(page).flip();
    ByteString several = framed.substring(5, 60).concat(framed.substring(60));

    assertEquals(two(), read(ListingPage.of(framed.substring(5))));
    assertEquals(two(), read(ListingPage.of(UnsafeByteOperations.unsafeWrap(direct))));
    assertEquals(two(), read(ListingPage.of(several)));
  }

  @Test
  void shouldTakeOwnerAndBlocksFromAnEarlierEntry() throws IOException {
    List<Named> written = List.of(new Named("a", FILE), new Named("b", DIRECTORY));
    ListingWriter writer = new ListingWriter(1);
    written.forEach(entry -> write(entry, writer));
    writer.entry(new byte[] {'c'}, 0, 1);
    writer.accessAsIn(1);
    writer.blocksAsIn(0);

    assertEquals(
        new FileAttributes(
            0,
            false,
            0,
            DIRECTORY.mode(),
            DIRECTORY.owner(),
            DIRECTORY.group(),
            0,
            0,
            0,
            FILE.blockSize(),
            FILE.replication(),
            false),
        read(writer.toBytes()).get(2).attributes());
  }

  @Test
  void shouldRefuseToWriteMoreThanAPageHolds() {
    ListingWriter writer = new ListingWriter(1);
    byte[] name = new byte[ListingLayout.NAME_BYTES_MAX + 1];
    assertThrows(IllegalStateException.class, () -> writer.entry(name, 0, name.length));

    for (int i = 0; i < ListingLayout.ENTRIES_MAX; i++) {
      writer.entry(name, 0, 1);
    }
    assertThrows(IllegalStateException.class, () -> writer.entry(name, 0, 1));
  }

  @Test
  void shouldKeepTheLayoutOfVersionOne() {
    String header = "00000001" + "00000001" + "00000003";
    String row =
        "0000000000000007" // file id
            + "0000000000000009" // version
            + "000000000000002a" // size
            + "00000000000003e8" // modified
            + "fffffffffffffffe" // accessed
            + "0000000000001000" // block size
            + "00000003" // replication
            + "00000001" // end of the name
            + "0001" // owner
            + "0002" // group
            + "01a0" // mode
            + "0002"; // flags
    String strings = "00000000" + "000000026d65" + "000000027573";

    assertEquals(
        header + row + "61" + strings,
        HexFormat.of().formatHex(page(List.of(new Named("a", FILE)))));
  }

  @Test
  void shouldSayWhatIsWrongWithAPage() {
    assertMalformed("it has no header", new byte[0]);
    assertMalformed("claims 4294967295 entries", changed(ListingLayout.ENTRIES, -1));
    assertMalformed("claims 10001 entries", changed(ListingLayout.ENTRIES, 10_001));
    assertMalformed("are cut off", changed(ListingLayout.ENTRIES, 10_000));
    assertMalformed("claims 2147483647 name bytes", changed(ListingLayout.NAME_BYTES, ~0 >>> 1));
    assertMalformed("claims 20002 strings", changed(ListingLayout.STRINGS, 20_002));
    assertMalformed("string 4 is cut off", changed(ListingLayout.STRINGS, 20_001));
    assertMalformed("1 bytes follow", Arrays.copyOf(page(two()), page(two()).length + 1));
    assertMalformed("name 0 goes from 0 to -1", changedRow(ListingLayout.NAME_END, -1));
    assertMalformed("name 0 goes from 0 to 300", changedRow(ListingLayout.NAME_END, 300));
    assertMalformed("without name", changedRow(ListingLayout.OWNER, 4 << 16));
    assertMalformed("without name", changedRow(ListingLayout.OWNER, 0xFFFF));
    assertMalformed("unknown mode bits", changedRow(ListingLayout.MODE, 0xFFFF << 16));
    assertMalformed("unknown mode bits or flags", changedRow(ListingLayout.MODE, 4));
    assertMalformed("negative size", changedRow(ListingLayout.SIZE, -1));
    assertMalformed("negative size", changedRow(ListingLayout.BLOCK_SIZE, -1));
    assertMalformed("negative size", changedRow(ListingLayout.REPLICATION, -1));
    assertMalformed("slash", page(List.of(new Named("a/b", FILE))));
    assertMalformed("zero", page(List.of(new Named("a\0b", FILE))));
    assertMalformed("is not UTF-8", with(page(two()), '\u00e4', 0x20));
  }

  @Test
  void shouldRefuseEveryTruncatedPage() {
    byte[] page = page(two());

    for (int length = 0; length < page.length; length++) {
      byte[] cut = Arrays.copyOf(page, length);
      assertThrows(IOException.class, () -> pageOf(cut), "cut to " + length);
    }
  }

  @Test
  void shouldRefuseOrReadEveryDamagedPage() {
    Random random = new Random(SEED);
    byte[] page = page(two());
    int refused = 0;
    for (int i = 0; i < DAMAGED_PAGES; i++) {
      refused += readable(damaged(page, random)) ? 0 : 1;
    }

    assertTrue(refused > 0 && refused < DAMAGED_PAGES, refused + " refused");
  }

  /** Whatever the bytes are, an {@link IOException} is the only failure, and only at first. */
  private static boolean readable(byte[] bytes) {
    ListingPage page;
    try {
      page = pageOf(bytes);
    } catch (IOException e) {
      assertTrue(e.getMessage().startsWith("malformed page of a listing"), e.getMessage());
      return false;
    }
    for (Named entry : read(page)) {
      int mode = entry.attributes().mode();
      assertTrue(mode >= 0 && mode <= 01777 && entry.attributes().size() >= 0);
    }
    return true;
  }

  private static byte[] damaged(byte[] page, Random random) {
    byte[] damaged = page.clone();
    int places = 1 + random.nextInt(3);
    for (int i = 0; i < places; i++) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
    }
    return damaged;
  }

  private static void assertMalformed(String why, byte[] bytes) {
    IOException refused = assertThrows(IOException.class, () -> pageOf(bytes), why);
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
    assertTrue(refused.getMessage().contains(bytes.length + " bytes"), refused.getMessage());
  }

  private static byte[] changed(int place, int value) {
    byte[] page = page(two());
    ByteBuffer.wrap(page).putInt(place, value);
    return page;
  }

  private static byte[] changedRow(int place, int value) {
    return changed(ListingLayout.HEADER_BYTES + place, value);
  }

  /** With the first byte of {@code old}'s UTF-8 replaced. */
  private static byte[] with(byte[] page, char old, int replacement) {
    byte first = String.valueOf(old).getBytes(StandardCharsets.UTF_8)[0];
    for (int i = 0; i < page.length; i++) {
      if (page[i] == first) {
        page[i] = (byte) replacement;
        return page;
      }
    }
    throw new IllegalArgumentException("the page does not hold " + old);
  }

  private static List<Named> two() {
    return List.of(new Named("one", FILE), new Named("zw\u00e4i", DIRECTORY));
  }

  private static FileAttributes owned(String owner, String group) {
    return new FileAttributes(1, false, 2, 3, owner, group, 4, 5, 6, 7, 8, false);
  }

  private static byte[] page(List<Named> entries) {
    ListingWriter writer = new ListingWriter(2);
    for (Named entry : entries) {
      write(entry, writer);
    }
    assertEquals(entries.size(), writer.count());
    return writer.toBytes();
  }

  private static void write(Named entry, ListingWriter writer) {
    FileAttributes attributes = entry.attributes();
    byte[] name = ("-" + entry.name()).getBytes(StandardCharsets.UTF_8);
    writer.entry(name, 1, name.length - 1);
    writer.fileId(attributes.fileId());
    writer.version(attributes.version());
    writer.size(attributes.size());
    writer.modifiedMillis(attributes.modifiedMillis());
    writer.accessedMillis(attributes.accessedMillis());
    writer.blockSize(attributes.blockSize());
    writer.replication(attributes.replication());
    writer.mode(attributes.mode());
    writer.directory(attributes.directory());
    writer.underConstruction(attributes.underConstruction());
    byte[] owner = ("-" + attributes.owner()).getBytes(StandardCharsets.UTF_8);
    writer.owner(owner, 1, owner.length - 1);
    byte[] group = ("-" + attributes.group()).getBytes(StandardCharsets.UTF_8);
    writer.group(group, 1, group.length - 1);
  }

  private static ListingPage pageOf(byte[] bytes) throws IOException {
    return ListingPage.of(ByteString.copyFrom(bytes));
  }

  private static List<Named> read(byte[] bytes) throws IOException {
    return read(pageOf(bytes));
  }

  private static List<Named> read(ListingPage page) {
    List<Named> entries = new ArrayList<>();
    for (int i = 0; i < page.size(); i++) {
      entries.add(new Named(page.name(i), page.attributes(i)));
    }
    return entries;
  }

  @Test
  void shouldWriteTheSameBytesForTheSameEntries() {
    assertArrayEquals(page(two()), page(two()));
  }
}
