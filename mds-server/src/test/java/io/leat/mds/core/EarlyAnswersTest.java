package io.leat.mds.core;

import static io.leat.mds.core.TestClient.close;
import static io.leat.mds.core.TestClient.commit;
import static io.leat.mds.core.TestClient.creation;
import static io.leat.mds.core.TestClient.makeDirectories;
import static io.leat.mds.core.TestClient.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.image.ImageTransaction;
import io.leat.mds.namespace.Keys;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.GetStatus;
import io.leat.wire.proto.GetXAttrs;
import io.leat.wire.proto.ListDirectory;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.RemoveXAttr;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import org.junit.jupiter.api.Test;

/** Which answers may leave before the journal has what they say, and queries that have to wait. */
final class EarlyAnswersTest {

  private final CoreHarness server = new CoreHarness();
  private final TestClient client = server.client();

  private boolean early(Request.Builder... requests) {
    server.core.beginBatch();
    for (Request.Builder request : requests) {
      client.askOnce(request);
    }
    return server.core.mayAnswerEarly();
  }

  @Test
  void shouldAnswerTheCreatorOfANewFileEarly() {
    assertTrue(early(creation("/a", 1)));
    assertTrue(early(creation("/b", 2), creation("/c", 3)));
  }

  @Test
  void shouldNotAnswerEarlyWhenACreateChangesWhatOthersSee() {
    client.write("/a", 10);

    assertFalse(early(creation("/a", 2)), "overwritten");
    assertFalse(early(creation("/d/e/f", 3)), "with parents");
    assertFalse(early(creation("/a/b", 4)), "refused");
    assertFalse(early(creation("/x", 5), makeDirectories("/y")), "not alone");
    assertFalse(early(), "nobody asked");
  }

  @Test
  void shouldNotAnswerEarlyWhenARequestIsRepeated() {
    Request.Builder create = client.once(creation("/a", 1));
    client.ask(create);
    server.core.beginBatch();

    assertFalse(client.ask(create).hasError());
    assertFalse(server.core.mayAnswerEarly());
  }

  @Test
  void shouldAnswerFlushesEarlyButNeitherSyncNorClose() {
    Opened opened = client.created("/a", 1);
    long file = opened.getStatus().getFileId();
    long block = client.allocated(file, 1, 10).getBlock();

    assertTrue(early(commit(file, 1, 100, Extent.written(0, 0, block, 100))));
    Commit synced =
        commit(file, 1, 200, Extent.written(0, 0, block, 200)).getCommit().toBuilder()
            .setSynced(true)
            .build();
    assertFalse(early(Request.newBuilder().setCommit(synced)));
    assertFalse(early(close(file, 1, 200, opened.getGrant())));
  }

  @Test
  void shouldNotAnswerEarlyWhoseAnswersShowThings() {
    client.write("/a", 10);

    assertFalse(early(open("/a")));
    assertFalse(early(status("/a")));
    assertFalse(early(creation("/b", 2), status("/a")));
  }

  private static Request.Builder status(String path) {
    return Request.newBuilder().setGetStatus(GetStatus.newBuilder().setPath(path));
  }

  @Test
  void shouldAnswerQueriesInTheLoopToo() {
    client.write("/a", 10);

    assertEquals(10, client.ask(status("/a")).getStatus().getStatus().getSize());
    Reply missing = client.ask(status("/b"));
    assertEquals(ErrorCode.NOT_FOUND, ErrorCode.of(missing.getError().getCode()));
  }

  @Test
  void shouldRefuseNamesThatNoKeyHolds() {
    client.write("/a", 10);
    String name = "user." + "x".repeat(600);

    Reply xattr =
        client.ask(
            Request.newBuilder().setGetXattrs(GetXAttrs.newBuilder().setPath("/a").addNames(name)));
    assertEquals(ErrorCode.INVALID_ARGUMENT, ErrorCode.of(xattr.getError().getCode()));
    client.refused(
        ErrorCode.INVALID_ARGUMENT,
        Request.newBuilder().setRemoveXattr(RemoveXAttr.newBuilder().setPath("/a").setName(name)));
    Reply list =
        client.ask(
            Request.newBuilder()
                .setListDirectory(ListDirectory.newBuilder().setPath("/").setAfter(name)));
    assertEquals(ErrorCode.INVALID_PATH, ErrorCode.of(list.getError().getCode()));
  }

  @Test
  void shouldCloseTheConnectionAloneWhenAQueryFails() {
    client.write("/a", 10);
    TestClient other = server.client();
    try (ImageTransaction transaction = server.image.begin()) {
      transaction.put(Keys.entry(1, "a"), new byte[] {-1});
      transaction.commit();
    }

    assertNull(other.ask(status("/a")));
    assertTrue(other.connection.closed);
    assertFalse(client.connection.closed);
  }
}
