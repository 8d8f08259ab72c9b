package io.leat.mds.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.wire.proto.Allocate;
import io.leat.wire.proto.Append;
import io.leat.wire.proto.BlockRange;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.Concat;
import io.leat.wire.proto.Create;
import io.leat.wire.proto.Delete;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.MakeDirectories;
import io.leat.wire.proto.Open;
import io.leat.wire.proto.OpenSession;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.RecoverLease;
import io.leat.wire.proto.Release;
import io.leat.wire.proto.Rename;
import io.leat.wire.proto.Renew;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.Revoke;
import io.leat.wire.proto.Truncate;
import java.util.ArrayList;
import java.util.List;

/** A client by hand: it sends exactly what a test says and keeps all that comes back. */
final class TestClient {

  /** One connection: what the state machine sends, and whether it has ended it. */
  static final class Connection implements Peer {
    final List<Envelope> received = new ArrayList<>();
    boolean closed;

    @Override
    public void send(Envelope message) {
      received.add(message);
    }

    @Override
    public void close(String reason) {
      closed = true;
    }

    @Override
    public String address() {
      return "test:1";
    }
  }

  private final CoreHarness server;
  private final ByteString id;
  private String user = "root";
  Connection connection;
  long session;
  private boolean resumed;
  private long sequence;
  private long correlation;

  TestClient(CoreHarness server, ByteString id) {
    this.server = server;
    this.id = id;
  }

  TestClient as(String name) {
    user = name;
    return this;
  }

  long session() {
    return session;
  }

  boolean resumed() {
    return resumed;
  }

  /** Takes the session up, or opens one, on a new connection. */
  void connect(Claim... claims) {
    Reply reply = openSession(List.of(claims));
    session = reply.getSessionOpened().getSession();
    resumed = reply.getSessionOpened().getResumed();
  }

  /** Asks for the session on a new connection. */
  Reply openSession(List<Claim> claims) {
    connection = new Connection();
    OpenSession.Builder open =
        OpenSession.newBuilder().setClientId(id).setResume(session).addAllClaims(claims);
    return ask(Request.newBuilder().setOpenSession(open));
  }

  /**
   * Asks for the session on a new connection, with a message for each claim.
   *
   * @param sent so many of the messages, the last ones first; the others are on their way
   * @return null while there is no reply
   */
  Reply openSessionInPages(List<Claim> claims, int sent) {
    connection = new Connection();
    long ofAll = ++correlation;
    for (int i = claims.size() - 1; i >= claims.size() - sent; i--) {
      OpenSession.Builder open =
          OpenSession.newBuilder()
              .setClientId(id)
              .setResume(session)
              .addClaims(claims.get(i))
              .setPages(claims.size());
      send(ofAll, Request.newBuilder().setOpenSession(open));
    }
    return reply(ofAll);
  }

  void disconnect() {
    server.core.disconnected(connection);
  }

  /** Sends; returns the correlation. */
  long send(Request.Builder request) {
    send(++correlation, request);
    return correlation;
  }

  private void send(long as, Request.Builder request) {
    server.execute(
        connection,
        Envelope.newBuilder()
            .setCorrelation(as)
            .setSession(session)
            .setRequest(request.setUser(user))
            .build(),
        CoreHarness.caller(user));
  }

  /** The reply to a request; null while there is none. */
  Reply reply(long to) {
    return connection.received.stream()
        .filter(message -> message.hasReply() && message.getCorrelation() == to)
        .map(Envelope::getReply)
        .findFirst()
        .orElse(null);
  }

  Reply ask(Request.Builder request) {
    return reply(send(request));
  }

  /** As a new request of slot 0. */
  Request.Builder once(Request.Builder request) {
    return request.setSlot(0).setSequence(++sequence);
  }

  Reply askOnce(Request.Builder request) {
    return ask(once(request));
  }

  Reply ok(Request.Builder request) {
    Reply reply = askOnce(request);
    assertFalse(reply == null || reply.hasError(), String.valueOf(reply));
    return reply;
  }

  void refused(ErrorCode code, Request.Builder request) {
    Reply reply = askOnce(request);
    assertEquals(code, ErrorCode.of(reply.getError().getCode()), reply.toString());
  }

  List<Revoke> revocations() {
    return connection.received.stream()
        .filter(Envelope::hasEvent)
        .map(message -> message.getEvent().getRevoke())
        .toList();
  }

  void renew() {
    assertFalse(ask(Request.newBuilder().setRenew(Renew.getDefaultInstance())).hasError());
  }

  // ---- requests -------------------------------------------------------------------------------

  static Request.Builder creation(String path, long stream) {
    return Request.newBuilder()
        .setCreate(
            Create.newBuilder()
                .setPath(path)
                .setMode(0644)
                .setBlockSize(1 << 20)
                .setReplication(1)
                .setCreateParents(true)
                .setOverwrite(true)
                .setStream(stream));
  }

  static Request.Builder append(String path, long stream) {
    return Request.newBuilder().setAppend(Append.newBuilder().setPath(path).setStream(stream));
  }

  static Request.Builder open(String path) {
    return Request.newBuilder().setOpen(Open.newBuilder().setPath(path));
  }

  static Request.Builder delete(String path) {
    return Request.newBuilder().setDelete(Delete.newBuilder().setPath(path).setRecursive(true));
  }

  static Request.Builder makeDirectories(String path) {
    return Request.newBuilder()
        .setMakeDirectories(
            MakeDirectories.newBuilder().setPath(path).setMode(0755).setCreateParents(true));
  }

  static Request.Builder rename(String from, String to, boolean overwrite) {
    return Request.newBuilder()
        .setRename(Rename.newBuilder().setSource(from).setDestination(to).setOverwrite(overwrite));
  }

  static Request.Builder truncate(String path, long size) {
    return Request.newBuilder().setTruncate(Truncate.newBuilder().setPath(path).setSize(size));
  }

  static Request.Builder concat(String target, String... sources) {
    return Request.newBuilder()
        .setConcat(Concat.newBuilder().setTarget(target).addAllSources(List.of(sources)));
  }

  static Request.Builder recoverLease(String path) {
    return Request.newBuilder().setRecoverLease(RecoverLease.newBuilder().setPath(path));
  }

  static Request.Builder allocate(long file, long stream, long blocks) {
    return Request.newBuilder()
        .setAllocate(Allocate.newBuilder().setFileId(file).setStream(stream).setBlocks(blocks));
  }

  static Request.Builder commit(long file, long stream, long size, Extent... extents) {
    return Request.newBuilder().setCommit(commitOf(file, stream, size, extents));
  }

  static Request.Builder close(long file, long stream, long size, long grant, Extent... extents) {
    return Request.newBuilder()
        .setCommit(commitOf(file, stream, size, extents).setClose(true).setReleaseGrant(grant));
  }

  private static Commit.Builder commitOf(long file, long stream, long size, Extent... extents) {
    Commit.Builder commit = Commit.newBuilder().setFileId(file).setStream(stream).setSize(size);
    for (Extent extent : extents) {
      commit.addExtents(io.leat.wire.ExtentMessages.message(extent));
    }
    return commit;
  }

  /** Streams of the client's that are over have nothing on their way. */
  static Request.Builder drained(Long... streams) {
    return Request.newBuilder()
        .setRelease(Release.newBuilder().addAllDrainedStreams(List.of(streams)));
  }

  static Request.Builder release(Claim claim) {
    return Request.newBuilder().setRelease(Release.newBuilder().addFiles(claim));
  }

  static Claim claim(Opened opened) {
    return claim(opened.getStatus().getFileId(), opened.getTokens(), opened.getGrant());
  }

  static Claim claim(long file, long tokens, long grant) {
    return Claim.newBuilder().setFileId(file).setTokens(tokens).setGrant(grant).build();
  }

  // ---- whole conversations --------------------------------------------------------------------

  Opened created(String path, long stream) {
    return ok(creation(path, stream)).getOpened();
  }

  Opened opened(String path) {
    return ok(open(path)).getOpened();
  }

  BlockRange allocated(long file, long stream, long blocks) {
    return ok(allocate(file, stream, blocks)).getAllocated().getRanges(0);
  }

  /** Makes a closed file of {@code bytes} bytes; returns its first block. */
  long write(String path, long bytes) {
    Opened opened = created(path, 1);
    long file = opened.getStatus().getFileId();
    long block = allocated(file, 1, Extent.blocksFor(bytes) + 1).getBlock();
    ok(close(file, 1, bytes, opened.getGrant(), Extent.written(0, 0, block, bytes)));
    return block;
  }

  Reply release(Opened opened) {
    return ok(release(claim(opened)));
  }
}
