package io.leat.mds.core;

import static io.leat.mds.core.TestClient.append;
import static io.leat.mds.core.TestClient.close;
import static io.leat.mds.core.TestClient.commit;
import static io.leat.mds.core.TestClient.concat;
import static io.leat.mds.core.TestClient.open;
import static io.leat.mds.core.TestClient.recoverLease;
import static io.leat.mds.core.TestClient.truncate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.SyncedBytes;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.wire.proto.FlushProof;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Request;
import org.junit.jupiter.api.Test;

/** Commits whose bytes are still being flushed, and what a crash of the host leaves of them. */
final class FlushProofTest {

  private static final int CRC = 0x1234_5678;
  private static final long BLOCKS = 100;

  private final CoreHarness server = new CoreHarness();
  private final TestClient client = server.client();
  private Opened opened;
  private long file;
  private long block;

  private void begin() {
    boot("one");
    opened = client.created("/a", 1);
    file = opened.getStatus().getFileId();
    block = client.allocated(file, 1, BLOCKS).getBlock();
  }

  private void boot(String id) {
    server.change(
        namespace -> {
          namespace.beginTerm(id, 20_000);
          return null;
        });
  }

  private Request.Builder proved(long flushed, long from, long size) {
    Request.Builder request =
        from == size ? commit(file, 1, size) : commit(file, 1, size, extent(from, size));
    request.getCommitBuilder().setProof(FlushProof.newBuilder().setFlushed(flushed).setCrc(CRC));
    return request;
  }

  /** From the block in which byte {@code from} stands. */
  private Extent extent(long from, long size) {
    long whole = from - from % Extent.BLOCK_BYTES;
    return Extent.written(whole, 0, block + whole / Extent.BLOCK_BYTES, size - whole);
  }

  private boolean proving() {
    return server.read(
        namespace -> SyncedBytes.isProving(namespace, namespace.byId(file).orElseThrow().inode()));
  }

  /** What the comparison after the host's crash does with the file. */
  private void compared(boolean same) {
    server.change(
        namespace -> {
          Node node = namespace.byId(file).orElseThrow();
          assertEquals(CRC, node.inode().getProofCrc());
          return namespace.update(node, inode -> SyncedBytes.checked(inode, same));
        });
  }

  private void assertLostFrom(long from) {
    Opened now = client.ok(open("/a")).getOpened();
    assertTrue(now.getLost());
    assertEquals(from, now.getLostFrom());
  }

  private void assertNothingLost() {
    assertFalse(client.ok(open("/a")).getOpened().getLost());
  }

  @Test
  void shouldKeepBytesThatHadReachedTheDevice() {
    begin();
    client.ok(proved(0, 0, 5_000));
    boot("two");
    assertLostFrom(0);
    compared(true);
    assertNothingLost();
    boot("three");
    assertNothingLost();
  }

  @Test
  void shouldLoseBytesThatHadNot() {
    begin();
    client.ok(proved(0, 0, 5_000));
    client.ok(proved(5_000, 5_000, 9_000));
    boot("two");
    compared(false);
    assertLostFrom(5_000);
    boot("three");
    assertLostFrom(5_000);
  }

  @Test
  void shouldProveNoMoreThanWasBeingFlushed() {
    begin();
    client.ok(proved(0, 0, 5_000));
    client.ok(commit(file, 1, 9_000, extent(5_000, 9_000)));
    assertTrue(proving(), "what follows leaves the bytes where they are");
    boot("two");
    compared(true);
    assertLostFrom(5_000);
  }

  @Test
  void shouldNeedNoProofOnceTheVolumeWasFlushed() {
    begin();
    client.ok(proved(0, 0, 5_000));
    server.change(
        namespace -> {
          namespace.synced(namespace.currentBoot().getCommits());
          return null;
        });
    assertFalse(proving());
    client.ok(commit(file, 1, 9_000, extent(5_000, 9_000)));
    assertFalse(proving());
    boot("two");
    assertLostFrom(5_000);
  }

  @Test
  void shouldNeedNoProofOnceTheClientSaysSo() {
    begin();
    client.ok(proved(0, 0, 5_000));
    Request.Builder end = close(file, 1, 5_000, opened.getGrant());
    end.getCommitBuilder().setSynced(true);
    client.ok(end);
    assertFalse(proving());
    boot("two");
    assertNothingLost();
  }

  @Test
  void shouldBeDurableBeforeItIsAnswered() {
    begin();
    server.core.beginBatch();
    client.ok(proved(0, 0, 5_000));
    assertFalse(server.core.mayAnswerEarly());
  }

  @Test
  void shouldLeaveBytesWhereTheyAreUntilTheNextFlush() {
    begin();
    client.ok(proved(0, 0, 5_000));
    client.write("/b", 100);
    client.ok(close(file, 1, 5_000, opened.getGrant()));
    assertTrue(proving(), "nobody has said that the flush came to its end");
    client.refused(ErrorCode.FLUSHING, truncate("/a", 4_000));
    client.refused(ErrorCode.FLUSHING, concat("/a", "/b"));
    client.refused(ErrorCode.FLUSHING, concat("/b", "/a"));
    server.change(
        namespace -> {
          namespace.synced(namespace.currentBoot().getCommits());
          return null;
        });
    client.ok(truncate("/a", 4_000));
    client.ok(concat("/b", "/a"));
  }

  @Test
  void shouldKeepTheProofOfAStreamThatIsOver() {
    begin();
    client.ok(proved(0, 0, 2 * Extent.BLOCK_BYTES));
    TestClient other = server.client();
    other.ok(recoverLease("/a"));
    client.release(opened);
    Opened again = other.ok(append("/a", 7)).getOpened();
    long fresh = other.allocated(file, 7, 1).getBlock();
    long end = 2 * Extent.BLOCK_BYTES;
    other.ok(close(file, 7, end + 9, again.getGrant(), Extent.written(end, 0, fresh, 9)));
    assertTrue(proving());
    boot("two");
    compared(true);
    assertLostFrom(end);
  }

  @Test
  void shouldRefuseProofsThatProveNothing() {
    begin();
    client.ok(commit(file, 1, 100, extent(0, 100)));
    long most = 100 + SyncedBytes.PROOF_BYTES_MAX;
    refused(proved(101, 100, 200)); // bytes that are new are said to be durable
    refused(proved(-1, 100, 200));
    refused(proved(99, 100, most));
    Request.Builder synced = proved(0, 100, 200);
    synced.getCommitBuilder().setSynced(true);
    refused(synced);
    Request.Builder closing = proved(0, 100, 200);
    closing.getCommitBuilder().setClose(true);
    refused(closing);
    client.ok(proved(100, 100, most));
  }

  private void refused(Request.Builder request) {
    client.refused(ErrorCode.INVALID_ARGUMENT, request);
  }
}
