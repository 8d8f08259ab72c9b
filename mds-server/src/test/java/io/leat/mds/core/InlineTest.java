package io.leat.mds.core;

import static io.leat.mds.core.TestClient.append;
import static io.leat.mds.core.TestClient.close;
import static io.leat.mds.core.TestClient.commit;
import static io.leat.mds.core.TestClient.concat;
import static io.leat.mds.core.TestClient.creation;
import static io.leat.mds.core.TestClient.delete;
import static io.leat.mds.core.TestClient.open;
import static io.leat.mds.core.TestClient.truncate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.wire.ExtentMessages;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.GetLayout;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Files whose bytes stand in the image. */
final class InlineTest {

  private static final int MAX = Extent.INLINE_BYTES_MAX;

  private final CoreHarness server = new CoreHarness();
  private final TestClient client = server.client();

  /** Bytes of a file, told apart by {@code letter}. */
  private static ByteString bytes(char letter, int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) letter);
    return ByteString.copyFrom(bytes);
  }

  private static Extent inline(char letter, int count) {
    return Extent.inline(0, bytes(letter, count));
  }

  private long write(String path, char letter, int count) {
    Opened opened = client.created(path, 1);
    long file = opened.getStatus().getFileId();
    client.ok(close(file, 1, count, opened.getGrant(), inline(letter, count)));
    return file;
  }

  private List<Extent> layout(String path) {
    Opened opened = client.opened(path);
    List<Extent> extents = ExtentMessages.extents(opened.getExtentsList());
    client.release(opened);
    return extents;
  }

  private long size(String path) {
    Opened opened = client.opened(path);
    client.release(opened);
    return opened.getStatus().getSize();
  }

  @Test
  void shouldBringTheBytesWithTheOpenAndTakeNoSpace() {
    write("/a", 'a', MAX);
    assertEquals(List.of(inline('a', MAX)), layout("/a"));
    server.requireEmpty();
    server.restart();
    client.connect();
    assertEquals(List.of(inline('a', MAX)), layout("/a"));
    client.ok(delete("/a"));
    server.settle();
    server.requireEmpty();
    assertEquals(1, (int) server.read(namespace -> (int) namespace.counters().getInodes()));
  }

  @Test
  void shouldKeepTheBytesOutOfTheReplySlotOfACommit() {
    Opened opened = client.created("/a", 1);
    long file = opened.getStatus().getFileId();
    Request.Builder commit = client.once(close(file, 1, MAX, opened.getGrant(), inline('a', MAX)));
    Reply first = client.ask(commit);
    assertFalse(first.hasError(), first.toString());
    assertEquals(first, client.ask(commit), "a repeated request is answered alike");
    byte[] stored = server.read(namespace -> replyOf(client.session())).orElseThrow();
    assertTrue(stored.length < 200, "the slot holds " + stored.length + " bytes");
    assertEquals(List.of(inline('a', MAX)), layout("/a"));
  }

  private Optional<byte[]> replyOf(long session) {
    return server.change(namespace -> namespace.reply(session, 0));
  }

  @Test
  void shouldRefuseBytesThatAreNotTheWholeFileAtItsEnd() {
    Opened opened = client.created("/a", 1);
    long file = opened.getStatus().getFileId();
    long grant = opened.getGrant();
    long block = client.allocated(file, 1, 2).getBlock();
    Extent ten = inline('a', 10);
    refused(commit(file, 1, 10, ten));
    refused(close(file, 1, 10, grant, Extent.inline(1, bytes('a', 9))));
    refused(close(file, 1, 9, grant, ten));
    refused(close(file, 1, 11, grant, ten));
    refused(close(file, 1, 20, grant, ten, ten.withFileOffset(10)));
    refused(close(file, 1, 20, grant, ten, Extent.written(10, 0, block, 10)));
    refused(close(file, 1, 20, grant, Extent.written(0, 0, block, 10), ten.withFileOffset(10)));
    refused(damaged(file, io.leat.wire.proto.Extent.newBuilder().setLength(9)));
    refused(damaged(file, io.leat.wire.proto.Extent.newBuilder().setLength(10).setVolume(0)));
    refused(damaged(file, io.leat.wire.proto.Extent.newBuilder().setLength(10).setBlock(1)));
    refused(damaged(file, io.leat.wire.proto.Extent.newBuilder().setLength(10).setUnwritten(true)));
    Commit.Builder tooLong =
        commitOf(file, MAX + 1)
            .addExtents(
                ExtentMessages.message(inline('a', MAX)).toBuilder()
                    .setLength(MAX + 1)
                    .setInline(bytes('a', MAX + 1)));
    refused(Request.newBuilder().setCommit(tooLong));

    client.ok(commit(file, 1, 5, Extent.written(0, 0, block, 5)));
    refused(close(file, 1, 10, grant, ten));
    client.ok(close(file, 1, 5, grant));
    assertEquals(1, server.audit().count("file"));
  }

  private static Commit.Builder commitOf(long file, long size) {
    return Commit.newBuilder().setFileId(file).setStream(1).setSize(size).setClose(true);
  }

  private static Request.Builder damaged(long file, io.leat.wire.proto.Extent.Builder damage) {
    io.leat.wire.proto.Extent right = ExtentMessages.message(inline('a', 10));
    boolean volume = damage.getBlock() == 0 && !damage.getUnwritten() && damage.getLength() == 10;
    damage.setVolume(volume ? 0 : right.getVolume()).setInline(right.getInline());
    return Request.newBuilder().setCommit(commitOf(file, 10).addExtents(damage));
  }

  private void refused(Request.Builder request) {
    client.refused(ErrorCode.INVALID_ARGUMENT, request);
  }

  @Test
  void shouldGrowAnInlineFileInTheImage() {
    write("/a", 'a', 10);
    Opened opened = client.ok(append("/a", 2)).getOpened();
    assertEquals(bytes('a', 10), opened.getExtents(0).getInline());
    long file = opened.getStatus().getFileId();
    refused(close(file, 2, 9, opened.getGrant(), inline('a', 9)));
    refused(close(file, 2, 20, opened.getGrant(), inline('b', 20)));
    Extent grown = Extent.inline(0, bytes('a', 10).concat(bytes('b', 10)));
    client.ok(close(file, 2, 20, opened.getGrant(), grown));
    assertEquals(List.of(grown), layout("/a"));
    server.requireEmpty();
  }

  @Test
  void shouldMoveAnInlineTailToTheVolumeFromItsFirstByteOn() {
    write("/a", 'a', 10);
    Opened opened = client.ok(append("/a", 2)).getOpened();
    long file = opened.getStatus().getFileId();
    long block = client.allocated(file, 2, 2).getBlock();
    refused(commit(file, 2, 20, Extent.written(5, 0, block, 15)));
    client.ok(commit(file, 2, 5_000, Extent.written(0, 0, block, 5_000)));
    client.ok(commit(file, 2, 6_000, Extent.written(4_096, 0, block + 1, 1_904)));
    client.ok(close(file, 2, 6_000, opened.getGrant()));
    assertEquals(List.of(Extent.written(0, 0, block, 6_000)), layout("/a"));
    server.settle();
    assertEquals(2, server.audit().count("file"));
  }

  @Test
  void shouldLeaveAFullInlineTailWhereItIs() {
    write("/a", 'a', MAX);
    Opened opened = client.ok(append("/a", 2)).getOpened();
    long file = opened.getStatus().getFileId();
    long block = client.allocated(file, 2, 1).getBlock();
    Extent more = Extent.written(MAX, 0, block, 100);
    client.ok(close(file, 2, MAX + 100, opened.getGrant(), more));
    assertEquals(List.of(inline('a', MAX), more), layout("/a"));
  }

  @Test
  void shouldCutInlineBytes() {
    write("/a", 'a', 100);
    client.ok(truncate("/a", 40));
    assertEquals(List.of(inline('a', 40)), layout("/a"));
    client.ok(truncate("/a", 0));
    assertEquals(List.of(), layout("/a"));
    assertEquals(0, size("/a"));
    server.requireEmpty();
  }

  @Test
  void shouldMoveInlineBytesInAConcat() {
    write("/a", 'a', 10);
    write("/b", 'b', 20);
    long block = client.write("/c", 5_000);
    write("/d", 'd', 30);
    client.ok(concat("/a", "/b", "/c", "/d"));
    assertEquals(
        List.of(
            inline('a', 10),
            inline('b', 20).withFileOffset(10),
            Extent.written(30, 0, block, 5_000),
            inline('d', 30).withFileOffset(5_030)),
        layout("/a"));
    client.ok(truncate("/a", 5_040));
    client.ok(truncate("/a", 15));
    assertEquals(List.of(inline('a', 10), inline('b', 5).withFileOffset(10)), layout("/a"));
    server.settle();
    server.requireEmpty();

    Opened opened = client.ok(append("/a", 2)).getOpened();
    assertTrue(opened.getMore() || opened.getExtentsCount() == 2);
    long file = opened.getStatus().getFileId();
    refused(close(file, 2, 16, opened.getGrant(), inline('a', 16)));
    long fresh = client.allocated(file, 2, 1).getBlock();
    Extent tail = Extent.written(10, 0, fresh, 50);
    client.ok(close(file, 2, 60, opened.getGrant(), tail));
    assertEquals(List.of(inline('a', 10), tail), layout("/a"));
  }

  @Test
  void shouldBoundTheInlineBytesOfAConcatAndOfAnAnswer() {
    List<String> sources = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      write("/s" + i, 's', MAX);
      sources.add("/s" + i);
    }
    write("/one", 'o', 1);
    client.ok(creation("/t", 1));
    refused(concat("/t", "/one"), ErrorCode.LEASE_HELD);
    write("/t", 't', MAX);
    sources.add("/one");
    refused(concat("/t", sources.toArray(String[]::new)));
    sources.remove(256);
    client.ok(concat("/t", sources.toArray(String[]::new)));
    client.ok(concat("/t", "/one"));

    List<Extent> found = new ArrayList<>();
    Opened opened = client.opened("/t");
    for (int part = 0; part < 4 && found.size() < 258; part++) {
      found.addAll(ExtentMessages.extents(opened.getExtentsList()));
      assertEquals(found.size() < 258, opened.getMore());
      assertTrue(opened.getSerializedSize() < ImageReader.MAX_VALUE_BYTES, "a slot has to take it");
      opened = rest(opened, found.get(found.size() - 1).fileEnd());
    }
    assertEquals(258, found.size());
    assertEquals(257L * MAX + 1, found.get(257).fileEnd());
    client.release(opened);
  }

  private void refused(Request.Builder request, ErrorCode code) {
    client.refused(code, request);
  }

  private Opened rest(Opened opened, long from) {
    GetLayout.Builder ask =
        GetLayout.newBuilder().setFileId(opened.getStatus().getFileId()).setFrom(from);
    return client.ok(Request.newBuilder().setGetLayout(ask)).getOpened();
  }

  @Test
  void shouldKeepFewInlineBytesInTheReplySlotOfAnAppend() {
    write("/a", 'a', MAX);
    write("/b", 'b', MAX);
    client.ok(concat("/a", "/b"));
    Opened opened = client.ok(append("/a", 2)).getOpened();
    assertEquals(1, opened.getExtentsCount());
    assertTrue(opened.getMore(), "the rest is asked for");
  }

  @Test
  void shouldLoseNothingOfAnInlineFileWhenTheHostCrashes() {
    server.change(namespace -> boot(namespace, "one"));
    write("/a", 'a', 100);
    client.write("/b", 100);
    client.write("/c", 100);
    write("/d", 'd', 100);
    client.ok(concat("/c", "/d"));
    write("/e", 'e', 100);
    client.write("/f", 100);
    client.ok(concat("/e", "/f"));
    server.change(namespace -> boot(namespace, "two"));

    assertFalse(client.opened("/a").getLost());
    assertLostFrom(0, "/b");
    assertLostFrom(0, "/c");
    assertLostFrom(100, "/e");
  }

  private static Void boot(NamespaceWriter namespace, String id) {
    namespace.beginTerm(id, 20_000);
    return null;
  }

  private void assertLostFrom(long from, String path) {
    Opened opened = client.ok(open(path)).getOpened();
    assertTrue(opened.getLost(), path);
    assertEquals(from, opened.getLostFrom(), path);
  }

  @Test
  void shouldLetAnInlineFileBeInDoubtOnceItStandsOnTheVolume() {
    server.change(namespace -> boot(namespace, "one"));
    write("/a", 'a', 100);
    Opened opened = client.ok(append("/a", 2)).getOpened();
    long file = opened.getStatus().getFileId();
    long block = client.allocated(file, 2, 1).getBlock();
    client.ok(close(file, 2, 200, opened.getGrant(), Extent.written(0, 0, block, 200)));
    server.change(namespace -> boot(namespace, "two"));
    assertLostFrom(0, "/a");
  }

  @Test
  void shouldKeepTheOldBytesForWhoHasThemOpen() {
    write("/a", 'a', 100);
    TestClient reader = server.client();
    Opened before = reader.opened("/a");
    write("/a", 'b', 50);
    assertEquals(bytes('a', 100), before.getExtents(0).getInline());
    assertEquals(List.of(inline('b', 50)), layout("/a"));
    reader.release(before);
    server.settle();
    server.requireEmpty();
  }
}
