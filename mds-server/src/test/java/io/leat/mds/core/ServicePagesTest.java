package io.leat.mds.core;

import static io.leat.mds.core.TestClient.append;
import static io.leat.mds.core.TestClient.claim;
import static io.leat.mds.core.TestClient.creation;
import static io.leat.mds.core.TestClient.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.page.PageStore;
import io.leat.mds.page.PageTag;
import io.leat.model.ErrorCode;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.DescribeVirtualServer;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A virtual server that runs out of pages, and the end of a term. */
final class ServicePagesTest {

  private static final int FILES = 30;

  private final CoreHarness server = new CoreHarness();
  private final TestClient client = server.client();

  private static PageStore pages(int pagesMax) {
    return new PageStore(PageTag.of("vs"), 512, pagesMax);
  }

  private void write() {
    for (int file = 0; file < FILES; file++) {
      client.write("/" + file, 100);
    }
  }

  private int openFiles() {
    Request.Builder describe =
        Request.newBuilder().setDescribeVirtualServer(DescribeVirtualServer.getDefaultInstance());
    return client.ok(describe).getVirtualServer().getOpenFiles();
  }

  @Test
  void shouldRefuseOpensForWhichThereIsNoMemory() {
    write();
    server.restart(pages(6));
    client.connect();
    List<Opened> opened = new ArrayList<>();
    Reply reply = client.ask(open("/0"));
    for (; !reply.hasError(); reply = client.ask(open("/" + opened.size()))) {
      opened.add(reply.getOpened());
    }
    String next = "/" + opened.size();
    assertTrue(opened.size() > 5 && opened.size() < FILES, next);
    assertEquals(opened.size(), openFiles());
    client.refused(ErrorCode.OVERLOADED, open(next));
    client.refused(ErrorCode.OVERLOADED, creation("/new", 1));
    client.refused(ErrorCode.OVERLOADED, append(next, 1));
    assertFalse(client.release(opened.get(0)).hasError());
    assertEquals(1, client.opened(next).getExtentsCount());
  }

  @Test
  void shouldNotTakeASessionUpWithMoreThanThereIsMemoryFor() {
    client.write("/a", 100);
    Claim claimed = claim(client.opened("/a"));
    server.restart(pages(6));
    List<Claim> many =
        LongStream.range(0, 1_000)
            .mapToObj(i -> claimed.toBuilder().setFileId(claimed.getFileId() + i).build())
            .toList();
    Reply reply = client.openSession(many);
    assertEquals(ErrorCode.OVERLOADED.number(), reply.getError().getCode());
    client.connect(claimed);
    assertTrue(client.resumed());
    assertEquals(TokenSet.READER, new TokenSet(client.opened("/a").getTokens()));
  }

  @Test
  void shouldLetGoOfItsMemoryWhenTheTermEnds() {
    PageStore pages = pages(64);
    server.restart(pages);
    client.connect();
    client.write("/a", 100);
    assertEquals(1, client.opened("/a").getExtentsCount());
    assertEquals(1, openFiles());
    assertTrue(pages.memoryBytes() > 0);
    server.core.close();
    assertEquals(0, pages.memoryBytes());
  }
}
