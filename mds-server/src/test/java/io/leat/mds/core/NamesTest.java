package io.leat.mds.core;

import static io.leat.mds.core.TestClient.allocate;
import static io.leat.mds.core.TestClient.append;
import static io.leat.mds.core.TestClient.close;
import static io.leat.mds.core.TestClient.commit;
import static io.leat.mds.core.TestClient.creation;
import static io.leat.mds.core.TestClient.delete;
import static io.leat.mds.core.TestClient.makeDirectories;
import static io.leat.mds.core.TestClient.rename;
import static io.leat.mds.core.TestClient.truncate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.leat.model.ErrorCode;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Request;
import org.junit.jupiter.api.Test;

/** Names: create, rename, delete, permissions. */
final class NamesTest {

  private final CoreHarness server = new CoreHarness();
  private final TestClient client = server.client();

  @Test
  void shouldReplaceAFileThatIsWritten() {
    Opened old = client.created("/a", 1);
    long file = old.getStatus().getFileId();
    client.allocated(file, 1, 4);
    TestClient other = server.client();
    other.write("/a", 100);
    client.refused(ErrorCode.NOT_FOUND, allocate(file, 1, 1));
    client.refused(ErrorCode.NOT_FOUND, commit(file, 1, 0));
    client.release(old);
    server.settle();
    assertEquals(0, server.audit().count("delegated"));
  }

  @Test
  void shouldRenameOverAFileAndUnderADirectory() {
    client.write("/a", 100);
    client.write("/b", 100);
    client.refused(ErrorCode.ALREADY_EXISTS, rename("/a", "/b", false));
    client.ok(rename("/a", "/b", true));
    client.ok(makeDirectories("/d/e"));
    client.refused(ErrorCode.RENAME_INTO_ITSELF, rename("/d", "/d/e/f", false));
    client.refused(ErrorCode.INVALID_ARGUMENT, rename("/", "/x", false));
    client.refused(ErrorCode.ALREADY_EXISTS, rename("/b", "/", true));
    client.refused(ErrorCode.IS_DIRECTORY, rename("/b", "/d", true));
    client.refused(ErrorCode.NOT_FOUND, rename("/b", "/no/b", false));
    client.refused(ErrorCode.PARENT_NOT_DIRECTORY, rename("/d", "/b/d", false));
    client.ok(rename("/b", "/d/e/b", false));
    client.ok(rename("/d", "/z", false));
    assertEquals(100, client.opened("/z/e/b").getStatus().getSize());
    server.settle();
    assertEquals(1, server.audit().count("file"));
  }

  @Test
  void shouldKeepWritingAFileThatIsRenamed() {
    Opened opened = client.created("/a", 1);
    client.ok(rename("/a", "/b", false));
    client.ok(close(opened.getStatus().getFileId(), 1, 0, opened.getGrant()));
    assertFalse(client.opened("/b").getStatus().getUnderConstruction());
  }

  @Test
  void shouldRefuseWhoMayNot() {
    client.ok(makeDirectories("/mine"));
    TestClient stranger = server.client().as("stranger");
    stranger.refused(ErrorCode.PERMISSION_DENIED, creation("/mine/a", 1));
    stranger.refused(ErrorCode.PERMISSION_DENIED, makeDirectories("/mine/d"));
    client.write("/mine/f", 1);
    stranger.refused(ErrorCode.PERMISSION_DENIED, delete("/mine/f"));
    stranger.refused(ErrorCode.PERMISSION_DENIED, rename("/mine/f", "/f", false));
    stranger.refused(ErrorCode.PERMISSION_DENIED, append("/mine/f", 1));
    stranger.refused(ErrorCode.PERMISSION_DENIED, truncate("/mine/f", 0));
  }

  @Test
  void shouldRefuseToDeleteWhatIsNotEmptyOrTheRoot() {
    client.ok(makeDirectories("/d/e"));
    Request.Builder plain = delete("/d");
    plain.getDeleteBuilder().setRecursive(false);
    client.refused(ErrorCode.DIRECTORY_NOT_EMPTY, plain);
    client.refused(ErrorCode.INVALID_ARGUMENT, delete("/"));
    assertFalse(client.ok(delete("/none")).getDeleted().getExisted());
  }
}
