package io.leat.client.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.leat.model.ByteRange;
import io.leat.model.ErrorCode;
import io.leat.model.FileAttributes;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.Committed;
import io.leat.wire.proto.Create;
import io.leat.wire.proto.Delete;
import io.leat.wire.proto.Disposition;
import io.leat.wire.proto.Done;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Error;
import io.leat.wire.proto.Event;
import io.leat.wire.proto.Extent;
import io.leat.wire.proto.FileStatus;
import io.leat.wire.proto.GetLayout;
import io.leat.wire.proto.OpenSession;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Release;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.Request.OperationCase;
import io.leat.wire.proto.Revoke;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ClientEngineTest {

  private static final Reply DONE = Reply.newBuilder().setDone(Done.getDefaultInstance()).build();

  private static final ByteRange RANGE = new ByteRange(10, 10);

  private final FakeEnvironment world = new FakeEnvironment();
  private final ClientEngine engine = engineOf("a:1", "b:2");

  private ClientEngine engineOf(String... addresses) {
    return new ClientEngine(
        new EngineConfig(
            "vs",
            List.of(addresses),
            ByteString.copyFrom(new byte[16]),
            "h",
            "p",
            5_000,
            60_000,
            10,
            2),
        world);
  }

  private void start() {
    CompletableFuture<Void> ready = engine.start();
    world.session(7, false);
    assertTrue(ready.isDone());
  }

  private CompletableFuture<Reply> delete(String path) {
    return engine.callOnce("u", Request.newBuilder().setDelete(Delete.newBuilder().setPath(path)));
  }

  private static Error.Builder error(Disposition disposition) {
    return Error.newBuilder().setCode(60).setDisposition(disposition).setMessage("test");
  }

  private static Opened.Builder opened(TokenSet tokens, long grant) {
    return Opened.newBuilder()
        .setStatus(FileStatus.newBuilder().setFileId(9).setVersion(grant).setSize(10))
        .setTokens(tokens.bits())
        .setGrant(grant)
        .addExtents(Extent.newBuilder().setBlock(grant).setLength(10));
  }

  private OpenFile open(long grant) {
    CompletableFuture<OpenFile> file = engine.open("u", "/f");
    answerOpen(opened(TokenSet.READER, grant));
    return file.join();
  }

  private void answerOpen(Opened.Builder opened) {
    world.reply(world.last(OperationCase.OPEN), Reply.newBuilder().setOpened(opened).build());
  }

  private WriteGrant create(long grant) {
    CompletableFuture<WriteGrant> file =
        engine.create("u", Create.newBuilder().setPath("/f").setStream(3));
    world.reply(
        world.last(OperationCase.CREATE),
        Reply.newBuilder().setOpened(opened(TokenSet.WRITER, grant)).build());
    return file.join();
  }

  private void revoke(TokenSet tokens, long grant) {
    world
        .listener()
        .onMessage(
            Envelope.newBuilder()
                .setEpoch(world.epoch)
                .setEvent(
                    Event.newBuilder()
                        .setRevoke(
                            Revoke.newBuilder()
                                .setFileId(9)
                                .setTokens(tokens.bits())
                                .setGrant(grant)))
                .build());
  }

  /** What was given back last, when files that are closed together have had their time. */
  private Claim released() {
    world.pass(5);
    Envelope release = world.last(OperationCase.RELEASE);
    return release == null ? null : release.getRequest().getRelease().getFiles(0);
  }

  @Test
  void shouldTryTheNextAddressAndFailWhenNoneAnswers() {
    CompletableFuture<Void> ready = engine.start();
    world.listener().onFailed(new java.io.IOException("refused"));
    world.pass(100);
    assertEquals(List.of("a:1", "b:2"), world.connects);
    world.pass(6_000);
    assertTrue(ready.isCompletedExceptionally());
  }

  @Test
  void shouldSendAgainWithTheSameSlotAndSequence() {
    start();
    CompletableFuture<Reply> call = delete("/a");
    Request first = world.last(OperationCase.DELETE).getRequest();
    world.lose();
    world.session(7, true);
    assertEquals(first, world.last(OperationCase.DELETE).getRequest());
    world.reply(world.last(OperationCase.DELETE), DONE);
    assertTrue(call.isDone());
  }

  @Test
  void shouldBackOffAndSendAgainWhenPutOff() {
    start();
    CompletableFuture<Reply> call = delete("/a");
    world.refuse(world.last(OperationCase.DELETE), error(Disposition.RETRY));
    assertEquals(1, world.count(OperationCase.DELETE));
    world.pass(60);
    assertEquals(2, world.count(OperationCase.DELETE));
    assertFalse(call.isDone());
  }

  @Test
  void shouldUseNothingAndLetNobodyWaitWhenTheVirtualServerIsStopped() {
    start();
    OpenFile file = open(4);
    CompletableFuture<Reply> call = delete("/a");
    world.lose();
    world.open();
    world.refuse(world.last(OperationCase.OPEN_SESSION), stopped());
    assertTrue(call.isCompletedExceptionally());
    assertFalse(engine.leaseValid());
    assertTrue(file.state().tokens().isEmpty());

    CompletableFuture<Reply> later = delete("/b");
    CompletableFuture<Void> reading = engine.awaitLease();
    world.pass(1_000);
    world.open();
    world.refuse(world.last(OperationCase.OPEN_SESSION), stopped());
    LeatException refused =
        assertInstanceOf(
            LeatException.class, assertThrows(CompletionException.class, later::join).getCause());
    assertEquals(ErrorCode.VIRTUAL_SERVER_STOPPED, refused.code());
    assertTrue(reading.isCompletedExceptionally());

    CompletableFuture<Reply> again = delete("/b");
    world.pass(1_000);
    world.session(8, false);
    world.reply(world.last(OperationCase.DELETE), DONE);
    assertTrue(again.isDone(), "it is served again");
  }

  private static Error.Builder stopped() {
    return error(Disposition.USER).setCode(ErrorCode.VIRTUAL_SERVER_STOPPED.number());
  }

  @Test
  void shouldGoWhereItIsRedirected() {
    start();
    delete("/a").isDone();
    world.refuse(
        world.last(OperationCase.DELETE), error(Disposition.REDIRECT).setOwnerAddress("c:3"));
    assertTrue(world.link().closed);
    world.pass(1_000);
    assertEquals("c:3", world.connects.get(1));
    world.session(7, true);
    world.refuse(world.last(OperationCase.DELETE), error(Disposition.REDIRECT));
    world.pass(1_000);
    assertEquals("b:2", world.connects.get(2), "an owner nobody knows is looked for");
  }

  @Test
  void shouldFollowOneRedirectionAtOnce() {
    start();
    delete("/a").isDone();
    world.refuse(
        world.last(OperationCase.DELETE), error(Disposition.REDIRECT).setOwnerAddress("c:3"));
    world.pass(0);
    assertEquals("c:3", world.connects.get(1));
    world.open();
    world.refuse(
        world.last(OperationCase.OPEN_SESSION), error(Disposition.REDIRECT).setOwnerAddress("d:4"));
    world.pass(0);
    assertEquals(2, world.connects.size(), "who refers to each other may do so for long");
    world.pass(100);
    assertEquals("d:4", world.connects.get(2));
    world.session(7, true);
    world.refuse(
        world.last(OperationCase.DELETE), error(Disposition.REDIRECT).setOwnerAddress("e:5"));
    world.pass(0);
    assertEquals("e:5", world.connects.get(3));
  }

  /** One of the servers has not heard that the owner is gone, and another one is the owner now. */
  @Test
  void shouldTryAllServersAlthoughOneRefersToADeadOwner() {
    ClientEngine cellOfThree = engineOf("a:1", "b:2", "c:3");
    CompletableFuture<Void> ready = cellOfThree.start();
    world.listener().onFailed(new java.io.IOException("refused"));
    world.pass(100);
    world.session(7, false);
    assertTrue(ready.isDone());
    world.lose();
    for (int i = 0; i < 8 && !world.lastConnect().equals("a:1"); i++) {
      if (world.lastConnect().equals("c:3")) {
        world.open();
        world.refuse(
            world.last(OperationCase.OPEN_SESSION),
            error(Disposition.REDIRECT).setOwnerAddress("b:2"));
      } else {
        world.listener().onFailed(new java.io.IOException("refused"));
      }
      world.pass(1_000);
    }
    assertEquals("a:1", world.lastConnect(), () -> world.connects.toString());
  }

  @Test
  void shouldGoElsewhereWhenTheServerStandsStill() {
    start();
    world.serverLives = false;
    world.pass(4_000);
    assertFalse(world.link().closed, "nothing waits for it");
    CompletableFuture<Reply> call = delete("/a");
    world.pass(1_900);
    assertFalse(world.link().closed);
    world.pass(400);
    assertTrue(world.link().closed);
    assertEquals("b:2", world.connects.get(1));
    world.session(7, true);
    world.reply(world.last(OperationCase.DELETE), DONE);
    assertTrue(call.isDone());
  }

  @Test
  void shouldWaitForAServerThatLives() {
    start();
    CompletableFuture<Reply> call = delete("/a");
    world.pass(9_000);
    assertEquals(1, world.connects.size());
    world.reply(world.last(OperationCase.DELETE), DONE);
    assertTrue(call.isDone());
  }

  @Test
  void shouldReconnectWhenTheOutcomeIsNotKnown() {
    start();
    CompletableFuture<Reply> call = delete("/a");
    world.refuse(world.last(OperationCase.DELETE), error(Disposition.INDETERMINATE));
    assertFalse(call.isDone());
    world.pass(1_000);
    world.session(7, true);
    assertEquals(1, world.count(OperationCase.DELETE));
  }

  @Test
  void shouldFailWhatMayHaveTakenEffectWhenFenced() {
    start();
    OpenFile file = open(1);
    List<CompletableFuture<Reply>> calls = new ArrayList<>();
    CompletableFuture<Reply> sent = delete("/a");
    sent.exceptionally(
            failure -> {
              calls.add(delete("/again"));
              return null;
            })
        .isDone();
    calls.add(delete("/b"));
    calls.add(delete("/c"));
    world.refuse(world.last(OperationCase.DELETE), error(Disposition.FENCED));
    assertTrue(sent.isCompletedExceptionally());
    assertTrue(file.state().stale());
    assertFalse(calls.get(1).isDone(), "it had not been sent");
    world.pass(1_000);
    world.session(8, false);
    assertEquals(2, world.count(OperationCase.DELETE));
    List<Integer> slots = new ArrayList<>();
    for (Envelope message : world.link().sent) {
      if (message.getRequest().hasDelete()) {
        slots.add(message.getRequest().getSlot());
        assertEquals(1, message.getRequest().getSequence(), "slots of the new session");
      }
    }
    assertNotEquals(slots.get(0), slots.get(1));
    assertEquals(3, calls.size());
  }

  @Test
  void shouldIgnoreAnOwnerOfThePast() {
    world.epoch = 5;
    start();
    CompletableFuture<Reply> call = delete("/a");
    world.epoch = 4;
    world.reply(world.last(OperationCase.DELETE), DONE);
    assertFalse(call.isDone());
  }

  @Test
  void shouldEndTheLeaseByEitherClock() {
    start();
    assertTrue(engine.leaseValid());
    world.jumpWall(16_000);
    assertFalse(engine.leaseValid());
    world.jumpWall(-32_000);
    assertTrue(engine.leaseValid());
    world.pause(16_000);
    assertFalse(engine.leaseValid());
  }

  @Test
  void shouldSeeTheEndOfTheLeaseWithTheNextTickOrLook() {
    start();
    assertTrue(engine.leaseSeen());
    world.jumpWall(16_000);
    assertTrue(engine.leaseSeen(), "no clock was looked at");
    world.pass(50);
    assertFalse(engine.leaseSeen());
    world.jumpWall(-16_000);
    world.pass(50);
    assertTrue(engine.leaseSeen());
    world.pause(16_000);
    assertFalse(engine.leaseValid());
    assertFalse(engine.leaseSeen());
  }

  @Test
  void shouldCountTheLeaseFromTheSendingAndNeverTakeItBack() {
    start();
    world.pass(5_000);
    Envelope renewal = world.last(OperationCase.RENEW);
    world.lose();
    world.session(7, true);
    world.pass(9_000);
    world.reply(world.last(OperationCase.RENEW), DONE);
    world.pause(6_000);
    assertTrue(engine.leaseValid(), "the session was opened after the renewal " + renewal);
  }

  @Test
  void shouldGiveUpAConnectionThatBringsNoAnswers() {
    start();
    world.pass(16_000);
    assertTrue(world.link().closed);
    world.open();
    world.pass(6_000);
    assertTrue(world.link().closed, "also while the session is opened");
  }

  @Test
  void shouldNotWaitForALeaseForEver() {
    start();
    world.pause(30_000);
    CompletableFuture<Void> valid = engine.awaitLease();
    world.pass(61_000);
    assertTrue(valid.isCompletedExceptionally());
  }

  @Test
  void shouldQueueCallsBeyondTheSlots() {
    start();
    delete("/a").isDone();
    delete("/b").isDone();
    delete("/c").isDone();
    assertEquals(2, world.count(OperationCase.DELETE));
    world.reply(world.last(OperationCase.DELETE), DONE);
    assertEquals(3, world.count(OperationCase.DELETE));
    assertEquals(2, world.last(OperationCase.DELETE).getRequest().getSequence());
  }

  @Test
  void shouldFreeTheSlotOfACallThatTookTooLong() {
    start();
    CompletableFuture<Reply> late = delete("/a");
    keepAlive(61_000);
    assertTrue(late.isCompletedExceptionally());
    Envelope sent = world.last(OperationCase.DELETE);
    delete("/b").isDone();
    delete("/c").isDone();
    assertEquals(2, world.count(OperationCase.DELETE), "the slot is not known to be free");
    world.reply(sent, DONE);
    assertEquals(3, world.count(OperationCase.DELETE));
  }

  @Test
  void shouldGiveBackWhatWasCreatedForNobody() {
    start();
    engine.create("u", Create.newBuilder().setPath("/f")).isDone();
    keepAlive(61_000);
    world.reply(
        world.last(OperationCase.CREATE),
        Reply.newBuilder().setOpened(opened(TokenSet.WRITER, 3)).build());
    assertEquals(TokenSet.WRITER.bits(), released().getTokens());
    assertEquals(3, released().getGrant());
  }

  private void keepAlive(long millis) {
    for (long passed = 0; passed < millis; passed += 1_000) {
      world.pass(1_000);
      Envelope renewal = world.last(OperationCase.RENEW);
      if (renewal != null) {
        world.reply(renewal, DONE);
      }
    }
  }

  @Test
  void shouldClaimWhatItHoldsOnReconnect() {
    start();
    open(4);
    world.lose();
    world.open();
    Claim claim = world.last(OperationCase.OPEN_SESSION).getRequest().getOpenSession().getClaims(0);
    assertEquals(TokenSet.READER.bits(), claim.getTokens());
    assertEquals(4, claim.getGrant());
  }

  @Test
  void shouldSayInSeveralMessagesWhatItHoldsWhereThatIsMuch() {
    start();
    for (long file = 4; file < 9; file++) {
      CompletableFuture<OpenFile> opening = engine.open("u", "/f" + file);
      Opened.Builder opened = opened(TokenSet.READER, 1);
      opened.getStatusBuilder().setFileId(file);
      answerOpen(opened);
      assertTrue(opening.isDone());
    }
    world.lose();
    world.open();
    List<OpenSession> pages = new ArrayList<>();
    Set<Long> correlations = new HashSet<>();
    for (Envelope message : world.link().sent) {
      pages.add(message.getRequest().getOpenSession());
      correlations.add(message.getCorrelation());
    }
    assertEquals(1, correlations.size());
    assertEquals(List.of(2, 2, 1), pages.stream().map(OpenSession::getClaimsCount).toList());
    assertTrue(pages.stream().allMatch(page -> page.getPages() == 3));
    assertEquals(
        Set.of(4L, 5L, 6L, 7L, 8L),
        pages.stream()
            .flatMap(page -> page.getClaimsList().stream())
            .map(Claim::getFileId)
            .collect(Collectors.toSet()));
  }

  @Test
  void shouldKeepExistWhenReadTokensAreRevoked() {
    start();
    OpenFile file = open(4);
    long fence = file.state().fence();
    TokenSet asked = TokenSet.READER.conflictsWith(TokenSet.WRITER);
    revoke(asked, 4);
    assertTrue(file.state().refresh());
    assertEquals(TokenSet.READER.minus(asked), file.state().tokens());
    assertEquals(fence, file.state().fence());
    assertEquals(asked.bits(), released().getTokens());
  }

  @Test
  void shouldFenceAWriterWhoseLeaseIsTaken() {
    start();
    WriteGrant file = create(4);
    long fence = file.file().state().fence();
    revoke(TokenSet.WRITER.minus(TokenSet.READER), 4);
    assertNotEquals(fence, file.file().state().fence());
  }

  @Test
  void shouldFenceEarlierReadsThoughTheFileIsOpenAgain() {
    start();
    OpenFile file = open(4);
    long fence = file.state().fence();
    world.lose();
    world.session(8, false);
    CompletableFuture<OpenFile> refreshed = engine.refresh(file);
    answerOpen(opened(TokenSet.READER, 1));
    assertTrue(refreshed.isDone());
    assertFalse(file.state().stale());
    assertNotEquals(fence, file.state().fence());
  }

  @Test
  void shouldReleaseARefreshThatCrossedTheClose() {
    start();
    OpenFile file = open(4);
    engine.refresh(file).isDone();
    engine.close(file);
    assertEquals(4, released().getGrant());
    world.reply(
        world.last(OperationCase.GET_LAYOUT),
        Reply.newBuilder().setOpened(opened(TokenSet.READER, 5)).build());
    assertEquals(5, released().getGrant());
  }

  @Test
  void shouldGiveClosedFilesBackTogether() {
    start();
    for (int i = 0; i < 3; i++) {
      engine.close(open(4 + i));
    }
    assertNull(world.last(OperationCase.RELEASE));
    world.pass(5);
    assertEquals(
        List.of(4L, 5L, 6L), lastRelease().getFilesList().stream().map(Claim::getGrant).toList());
  }

  @Test
  void shouldNotShowALayoutInPart() {
    start();
    OpenFile file = open(4);
    CompletableFuture<OpenFile> second = engine.open("u", "/f");
    answerOpen(opened(TokenSet.READER, 5).setMore(true));
    assertEquals(4, file.state().extents().get(0).block(), "the reader keeps what it has");
    assertTrue(file.state().refresh());
    world.reply(
        world.last(OperationCase.GET_LAYOUT),
        Reply.newBuilder()
            .setOpened(
                opened(TokenSet.READER, 6)
                    .setStatus(FileStatus.newBuilder().setFileId(9).setVersion(5).setSize(20))
                    .clearExtents()
                    .addExtents(Extent.newBuilder().setFileOffset(10).setBlock(8).setLength(10)))
            .build());
    assertEquals(2, second.join().state().extents().size());
  }

  @Test
  void shouldReleaseExistWhenTheReaderClosedDuringTheCommit() {
    start();
    WriteGrant file = create(4);
    open(5);
    engine.commit(file, Commit.newBuilder().setFileId(9).setClose(true)).isDone();
    Commit sent = world.last(OperationCase.COMMIT).getRequest().getCommit();
    assertEquals(0, sent.getReleaseGrant());
    engine.close(file.file());
    assertNull(released());
    world.reply(
        world.last(OperationCase.COMMIT),
        Reply.newBuilder().setCommitted(Committed.getDefaultInstance()).build());
    assertEquals(5, released().getGrant());
  }

  @Test
  void shouldReleaseAgainWhenACloseHadToBeRepeated() {
    start();
    WriteGrant file = create(4);
    engine.commit(file, Commit.newBuilder().setFileId(9).setClose(true)).isDone();
    world.lose();
    world.session(7, true);
    world.reply(
        world.last(OperationCase.COMMIT),
        Reply.newBuilder().setCommitted(Committed.getDefaultInstance()).build());
    assertEquals(4, released().getGrant());
  }

  @Test
  void shouldGiveWriteTokensBackWhileAReaderStays() {
    start();
    WriteGrant file = create(4);
    CompletableFuture<OpenFile> reader = engine.open("u", "/f");
    answerOpen(opened(TokenSet.WRITER, 5));
    engine.abandon(file);
    assertEquals(TokenSet.WRITER.minus(TokenSet.READER).bits(), released().getTokens());
    assertFalse(reader.join().state().tokens().isEmpty());
  }

  @Test
  void shouldKeepTheTokensForOtherStreamsOfAFile() {
    start();
    WriteGrant first = fill(3, 4);
    WriteGrant second = fill(4, 5);
    engine.abandon(first);
    Release release = lastRelease();
    assertEquals(List.of(3L), release.getDrainedStreamsList());
    assertEquals(9, release.getFiles(0).getFileId());
    assertEquals(0, release.getFiles(0).getTokens());
    assertTrue(second.file().state().tokens().writes());
    assertTrue(second.gate().enter());
    engine.abandon(second);
    release = lastRelease();
    assertEquals(List.of(4L), release.getEndedStreamsList());
    assertEquals(List.of(), release.getDrainedStreamsList());
    assertEquals(TokenSet.RANGE_WRITER.bits(), release.getFiles(0).getTokens());
    second.gate().leave(true);
    world.pass(0);
    assertEquals(List.of(4L), drained());
  }

  @Test
  void shouldKeepTheTokensWhenOneOfSeveralStreamsCloses() {
    start();
    WriteGrant first = fill(3, 4);
    WriteGrant second = fill(4, 5);
    var closing = closing(first);
    Envelope sent = world.last(OperationCase.COMMIT);
    assertEquals(0, sent.getRequest().getCommit().getReleaseGrant());
    world.reply(sent, Reply.newBuilder().setCommitted(Committed.getDefaultInstance()).build());
    assertTrue(closing.isDone());
    assertEquals(TokenSet.RANGE_WRITER, second.file().state().tokens());
    assertTrue(second.gate().isOpen());
  }

  @Test
  void shouldGiveBackARangeThatNobodyWaitsForAlone() {
    start();
    WriteGrant first = fill(3, 4);
    fillForNobody(4, 5);
    Release release = lastRelease();
    assertEquals(List.of(4L), release.getDrainedStreamsList());
    assertEquals(0, release.getFiles(0).getTokens());
    assertEquals(TokenSet.RANGE_WRITER, first.file().state().tokens());
  }

  @Test
  void shouldAskForNoRangeThatTheServerKnowsNothingOf() {
    world.rangesMax = 0;
    start();
    var refused = engine.create("u", Create.newBuilder().setPath("/f").setStream(3), RANGE);
    assertTrue(refused.isCompletedExceptionally());
    assertNull(world.last(OperationCase.CREATE));
  }

  @Test
  void shouldTakeNothingAwayForNobody() {
    start();
    var late =
        engine.create("u", Create.newBuilder().setPath("/f").setStream(4).setOverwrite(true));
    assertTrue(world.last(OperationCase.CREATE).getRequest().getCreate().getOverwrite());
    keepAlive(61_000);
    assertTrue(late.isCompletedExceptionally());
    world.lose();
    world.pass(5_000);
    world.session(7, true);
    assertFalse(world.last(OperationCase.CREATE).getRequest().getCreate().getOverwrite());
  }

  @Test
  void shouldHandInAStreamOnceThatIsGivenUpInItsClose() {
    start();
    WriteGrant first = fill(3, 4);
    WriteGrant second = fill(4, 5);
    var closing = closing(first);
    engine.abandon(first);
    world.reply(
        world.last(OperationCase.COMMIT),
        Reply.newBuilder().setCommitted(Committed.getDefaultInstance()).build());
    assertTrue(closing.isDone());
    assertEquals(1, second.file().handles());
    assertTrue(second.file().state().tokens().writes());
  }

  @Test
  void shouldNotCountGrantsDownWhenALateOneComes() {
    start();
    WriteGrant first = fill(3, 6);
    fillForNobody(4, 5);
    engine.abandon(first);
    assertEquals(6, released().getGrant());
  }

  @Test
  void shouldPutALayoutTogetherThatChangesFasterThanItComes() {
    start();
    CompletableFuture<OpenFile> opening = engine.open("u", "/f");
    answerOpen(opened(TokenSet.SNAPSHOT, 1).setMore(true));
    long version = 1;
    while (!opening.isDone() && version < 100) {
      version++;
      Envelope asked = world.link().sent.get(world.link().sent.size() - 1);
      boolean rest = asked.getRequest().getGetLayout().getFrom() > 0;
      Opened.Builder part = opened(TokenSet.SNAPSHOT, version).clearExtents().setMore(!rest);
      part.addExtents(
          Extent.newBuilder().setFileOffset(rest ? 5 : 0).setBlock(version).setLength(10));
      world.reply(asked, Reply.newBuilder().setOpened(part).build());
    }
    assertTrue(opening.isDone(), "it waits for ever");
    FileState state = opening.join().state();
    assertEquals(2, state.extents().size());
    assertEquals(5, state.extents().get(0).length(), "the later part is right");
    assertEquals(16, version, "asked for eight times");
    assertTrue(state.refresh());
    engine.refresh(opening.join()).isDone();
    assertEquals(0, layoutAsked().getKnownVersion(), "it is of no version");
  }

  private GetLayout layoutAsked() {
    return world.last(OperationCase.GET_LAYOUT).getRequest().getGetLayout();
  }

  /** A range is granted when nobody waits for it any more. */
  private void fillForNobody(long stream, long grant) {
    var late = engine.create("u", Create.newBuilder().setPath("/f").setStream(stream), RANGE);
    Envelope sent = world.last(OperationCase.CREATE);
    keepAlive(61_000);
    assertTrue(late.isCompletedExceptionally());
    world.reply(sent, Reply.newBuilder().setOpened(opened(TokenSet.RANGE_WRITER, grant)).build());
  }

  private CompletableFuture<FileAttributes> closing(WriteGrant stream) {
    return engine.commit(
        stream, Commit.newBuilder().setFileId(9).setStream(stream.stream()).setClose(true));
  }

  private Release lastRelease() {
    return world.last(OperationCase.RELEASE).getRequest().getRelease();
  }

  private WriteGrant fill(long stream, long grant) {
    CompletableFuture<WriteGrant> file =
        engine.create("u", Create.newBuilder().setPath("/f").setStream(stream), RANGE);
    world.reply(
        world.last(OperationCase.CREATE),
        Reply.newBuilder().setOpened(opened(TokenSet.RANGE_WRITER, grant)).build());
    return file.join();
  }

  @Test
  void shouldTellOfADrainedStreamUntilItIsHeard() {
    start();
    WriteGrant stream = create(4);
    assertTrue(stream.gate().enter());
    revoke(TokenSet.WRITER, 4);
    assertEquals(List.of(), drained(), "a write is under way");
    assertFalse(stream.gate().isOpen());
    stream.gate().leave(true);
    world.pass(0);
    assertEquals(List.of(3L), drained());
    world.lose();
    world.pass(120_000);
    world.session(7, true);
    assertEquals(List.of(3L), drained());
  }

  @Test
  void shouldTellOfAStreamWhoseWriteFailedWhenThatMustHaveLanded() {
    start();
    WriteGrant stream = create(4);
    assertTrue(stream.gate().enter());
    stream.gate().leave(false);
    engine.abandon(stream);
    assertEquals(List.of(), drained());
    world.pass(5_000);
    assertEquals(List.of(), drained());
    world.pass(60_000);
    world.session(7, true);
    assertEquals(List.of(3L), drained());
  }

  @Test
  void shouldKeepTheLockOfALostSessionWhileAWriteIsUnderWay() {
    start();
    WriteGrant stream = create(4);
    assertTrue(stream.gate().enter());
    world.lose();
    world.session(8, false);
    assertFalse(stream.gate().isOpen());
    assertEquals(List.of(), world.drained);
    stream.gate().leave(true);
    world.pass(0);
    assertEquals(List.of(7L), world.drained);
  }

  @Test
  void shouldCloseItsSessionAsDrainedOnlyWhenItIs() {
    start();
    WriteGrant stream = create(4);
    assertTrue(stream.gate().enter());
    engine.close().isDone();
    assertFalse(
        world.last(OperationCase.CLOSE_SESSION).getRequest().getCloseSession().getDrained());
    engine.closeNow();
    assertEquals(List.of(), world.drained);
    stream.gate().leave(true);
    world.pass(0);
    assertEquals(List.of(7L), world.drained);
  }

  private List<Long> drained() {
    return world.last(OperationCase.RELEASE) == null
        ? List.of()
        : lastRelease().getDrainedStreamsList();
  }

  @Test
  void shouldFailCallsUnderWayWhenClosed() {
    start();
    CompletableFuture<Reply> call = delete("/a");
    OpenFile file = open(1);
    CompletableFuture<Void> closed = engine.close();
    assertFalse(engine.leaseValid(), "no read may end once the server may give blocks away");
    assertTrue(file.state().stale());
    world.reply(world.last(OperationCase.CLOSE_SESSION), DONE);
    assertTrue(closed.isDone());
    assertTrue(call.isCompletedExceptionally());
    assertTrue(delete("/b").isCompletedExceptionally());
    world.listener().onClosed("late");
    revoke(TokenSet.READER, 1);
    world.pass(10_000);
    assertEquals(1, world.connects.size());
  }
}
