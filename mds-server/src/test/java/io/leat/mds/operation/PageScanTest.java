package io.leat.mds.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.leat.client.engine.Messages;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.wire.listing.ListingPage;
import io.leat.wire.proto.Reply;
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

    ListingPage page = page(scan.reply());

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
    assertFalse(scan.reply().getListing().getMore());

    assertFalse(visit(scan, new Node(PARENT, "c", InodeRecord.getDefaultInstance())));

    assertTrue(scan.reply().getListing().getMore());
    assertEquals(2, page(scan.reply()).size());
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

    ListingPage page = page(scan.reply());
    assertEquals("", page.name(0));
    assertEquals(
        Messages.attributes(Replies.statusOf(new Node(PARENT, "", known))), page.attributes(0));
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

  private static ListingPage page(Reply reply) throws IOException {
    return ListingPage.of(reply.getListing().getPage().toByteArray());
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
