package io.leat.mds.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.leat.client.engine.Messages;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.wire.listing.ListingPage;
import io.leat.wire.proto.Listing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PageScanTest {

  private static final long SEED = 20_261_121;
  private static final int PARENT = 5;
  private static final int NODES = 500;
  private static final int UNKNOWN_FIELD = 1_000;

  /** A listing says of an entry what a status does. */
  @Test
  void shouldSayOfEachEntryWhatItsStatusSays() throws IOException {
    Random random = new Random(SEED);
    List<Node> nodes = new ArrayList<>();
    PageScan scan = new PageScan(NODES);
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Node(PARENT, "n" + i + (i % 7 == 0 ? "\u00e4" : ""), inode(random)));
      assertTrue(visit(scan, nodes.get(i)));
    }

    ListingPage page = page(scan.listing());

    assertEquals(NODES, page.size());
    for (int i = 0; i < NODES; i++) {
      assertEquals(nodes.get(i).name(), page.name(i));
      assertEquals(
          Messages.attributes(Replies.statusOf(nodes.get(i))), page.attributes(i), "entry " + i);
    }
  }

  @Test
  void shouldStopBehindTheLimitAndSayThatThereIsMore() throws IOException {
    PageScan scan = new PageScan(2);
    assertTrue(visit(scan, new Node(PARENT, "a", InodeRecord.getDefaultInstance())));
    assertTrue(visit(scan, new Node(PARENT, "b", InodeRecord.getDefaultInstance())));
    assertFalse(scan.listing().getMore());

    assertFalse(visit(scan, new Node(PARENT, "c", InodeRecord.getDefaultInstance())));

    assertTrue(scan.listing().getMore());
    assertEquals(2, page(scan.listing()).size());
  }

  @Test
  void shouldSkipFieldsOfNewerVersions() throws IOException {
    InodeRecord known = inode(new Random(SEED));
    UnknownFieldSet.Field field =
        UnknownFieldSet.Field.newBuilder()
            .addVarint(7)
            .addFixed32(8)
            .addFixed64(9)
            .addLengthDelimited(ByteString.copyFromUtf8("new"))
            .build();
    InodeRecord newer =
        known.toBuilder()
            .setUnknownFields(UnknownFieldSet.newBuilder().addField(UNKNOWN_FIELD, field).build())
            .build();
    PageScan scan = new PageScan(1);

    scan.addNameless(newer);

    ListingPage page = page(scan.listing());
    assertEquals("", page.name(0));
    assertEquals(
        Messages.attributes(Replies.statusOf(new Node(PARENT, "", known))), page.attributes(0));
  }

  /**
   * Runs of fields that agree with an earlier record's are not decoded, whatever is around them.
   */
  @Test
  void shouldReadRecordsThatAgreeInSomeFields() throws IOException {
    Random random = new Random(SEED);
    List<Node> nodes = new ArrayList<>();
    PageScan scan = new PageScan(NODES);
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Node(PARENT, "n" + i, alike(random)));
      assertTrue(visit(scan, nodes.get(i)));
    }

    ListingPage page = page(scan.listing());

    for (int i = 0; i < NODES; i++) {
      assertEquals(
          Messages.attributes(Replies.statusOf(nodes.get(i))), page.attributes(i), "entry " + i);
    }
  }

  /** Fields in another order, or twice: the last one counts. */
  @Test
  void shouldReadFieldsInAnyOrder() throws IOException {
    InodeRecord usual = inode(new Random(SEED));
    InodeRecord other = usual.toBuilder().setMode(0700).setOwner("x").setBlockSize(1).build();
    byte[] twice =
        ByteString.copyFrom(usual.toByteArray()).concat(other.toByteString()).toByteArray();
    PageScan scan = new PageScan(5);
    for (byte[] record : List.of(usual.toByteArray(), twice, usual.toByteArray(), twice)) {
      assertTrue(scan.visit(Keys.entry(PARENT, "n"), record));
    }

    ListingPage page = page(scan.listing());

    for (int i = 0; i < page.size(); i++) {
      InodeRecord expected = i % 2 == 0 ? usual : other;
      assertEquals(
          Messages.attributes(Replies.statusOf(new Node(PARENT, "n", expected))),
          page.attributes(i),
          "entry " + i);
    }
  }

  @Test
  void shouldNoticeEveryRecordThatIsCutOffInsideAField() {
    byte[] whole = alike(new Random(SEED)).toBuilder().setVersion(1 << 20).build().toByteArray();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      PageScan scan = new PageScan(2);
      assertTrue(scan.visit(Keys.entry(PARENT, "a"), whole));

      assertEquals(parses(cut), visits(scan, cut), "cut to " + length);
    }
    byte[] endless = new byte[20];
    Arrays.fill(endless, (byte) -1);
    endless[0] = InodeRecord.FILE_ID_FIELD_NUMBER << 3;
    assertFalse(visits(new PageScan(1), endless));
  }

  private static boolean parses(byte[] record) {
    try {
      var unused = InodeRecord.parseFrom(record);
      return true;
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  private static boolean visits(PageScan scan, byte[] record) {
    try {
      return scan.visit(Keys.entry(PARENT, "b"), record);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** Each field has one of few values, or none. */
  private static InodeRecord alike(Random random) {
    return InodeRecord.newBuilder()
        .setFileId(1L << random.nextInt(63))
        .setDirectory(random.nextInt(4) == 0)
        .setSize(random.nextBoolean() ? 0 : 1L << random.nextInt(63))
        .setMode(random.nextInt(4) == 0 ? random.nextInt(2) : 0644)
        .setOwner(random.nextInt(4) == 0 ? "" : "own")
        .setGroup(random.nextInt(4) == 0 ? "" : "group")
        .setModifiedMillis(random.nextInt(4) == 0 ? -1 : random.nextInt(2))
        .setAccessedMillis(random.nextInt(2))
        .setVersion(random.nextInt(2))
        .setBlockSize(random.nextInt(4) == 0 ? random.nextInt(2) : 1 << 27)
        .setReplication(random.nextInt(4) == 0 ? 0 : 3)
        .setUnderConstruction(random.nextInt(4) == 0)
        .setDataBoot(random.nextInt(2))
        .setDataCommit(random.nextInt(2))
        .setSyncedSize(random.nextInt(2) << 20)
        .build();
  }

  @Test
  void shouldNoticeADamagedRecord() {
    byte[] inode = InodeRecord.newBuilder().setFileId(1).setOwner("somebody").build().toByteArray();
    byte[] cut = Arrays.copyOf(inode, inode.length - 1);

    PageScan scan = new PageScan(1);
    assertThrows(IllegalStateException.class, () -> scan.visit(Keys.entry(PARENT, "a"), cut));
  }

  private static boolean visit(PageScan scan, Node node) {
    return scan.visit(Keys.entry(node.parent(), node.name()), node.inode().toByteArray());
  }

  private static ListingPage page(Listing listing) throws IOException {
    return ListingPage.of(listing.getPage());
  }

  private static InodeRecord inode(Random random) {
    return InodeRecord.newBuilder()
        .setFileId(1 + random.nextInt(1 << 20))
        .setDirectory(random.nextBoolean())
        .setSize(random.nextLong() >>> (1 + random.nextInt(40)))
        .setMode(random.nextInt(02000))
        .setOwner("owner" + random.nextInt(3))
        .setGroup(random.nextInt(4) == 0 ? "" : "group" + random.nextInt(3))
        .setModifiedMillis(random.nextLong())
        .setAccessedMillis(random.nextLong())
        .setVersion(random.nextLong())
        .setBlockSize(random.nextInt(1 << 30))
        .setReplication(random.nextInt(512))
        .setUnderConstruction(random.nextBoolean())
        .setDataBoot(random.nextInt(3))
        .setDataCommit(random.nextInt(3))
        .setSyncedSize(random.nextInt(3))
        .build();
  }
}
