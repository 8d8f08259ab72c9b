package io.leat.client.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.leat.model.ErrorCode;
import io.leat.model.FileAttributes;
import io.leat.model.LeatException;
import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import io.leat.model.TokenSet;
import io.leat.wire.listing.ListingWriter;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.Create;
import io.leat.wire.proto.Delete;
import io.leat.wire.proto.Disposition;
import io.leat.wire.proto.Done;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Error;
import io.leat.wire.proto.Event;
import io.leat.wire.proto.Extent;
import io.leat.wire.proto.FileStatus;
import io.leat.wire.proto.FileType;
import io.leat.wire.proto.Found;
import io.leat.wire.proto.Held;
import io.leat.wire.proto.Listing;
import io.leat.wire.proto.Lookup;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Release;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.Request.OperationCase;
import io.leat.wire.proto.Revoke;
import io.leat.wire.proto.StatusResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a client looks at and opens again without asking, and when it asks after all. */
final class RememberedPathsTest {

  private static final int PATHS_MAX = 8;
  private static final int ENTRIES_MAX = PATHS_MAX / 4;
  private static final int LIMIT = 1_000;
  private static final long ROOT = 1;
  private static final long FILE = 9;
  private static final TokenSet ENTRIES = TokenSet.NONE.with(TokenKind.EXTENT, TokenLevel.READ);
  private static final TokenSet NAME = TokenSet.NONE.with(TokenKind.NAME, TokenLevel.READ);
  private static final Reply DONE = Reply.newBuilder().setDone(Done.getDefaultInstance()).build();

  private final FakeEnvironment world = new FakeEnvironment();
  private final ClientEngine engine =
      new ClientEngine(
          new EngineConfig(
              "vs",
              List.of("a:1"),
              ByteString.copyFrom(new byte[16]),
              "h",
              "p",
              5_000,
              60_000,
              PATHS_MAX,
              10),
          world);

  private long grants;
  private Envelope renewed;

  RememberedPathsTest() {
    var ready = engine.start();
    world.session(7, false);
    assertTrue(ready.isDone());
  }

  private static FileStatus status(long id) {
    return FileStatus.newBuilder()
        .setFileId(id)
        .setType(id == ROOT ? FileType.DIRECTORY : FileType.FILE)
        .setSize(10)
        .setVersion(1)
        .build();
  }

  private Held held(long id, TokenSet tokens) {
    return Held.newBuilder()
        .setStatus(status(id))
        .setTokens(tokens.bits())
        .setGrant(++grants)
        .build();
  }

  private void answerLookup(long file) {
    Found.Builder found =
        Found.newBuilder().addPath(held(ROOT, TokenSet.PATH)).addPath(held(file, TokenSet.STATUS));
    world.reply(world.last(OperationCase.LOOKUP), Reply.newBuilder().setFound(found).build());
  }

  /** Asks twice, so that the path is remembered. */
  private void remember(String user, String path, long file) {
    CompletableFuture<FileAttributes> first = engine.status(user, path);
    StatusResult result = StatusResult.newBuilder().setStatus(status(file)).build();
    world.reply(world.last(OperationCase.GET_STATUS), Reply.newBuilder().setStatus(result).build());
    assertTrue(first.isDone());
    CompletableFuture<FileAttributes> second = engine.status(user, path);
    answerLookup(file);
    assertEquals(file, second.join().fileId());
  }

  private boolean asks(String user, String path) {
    return !engine.status(user, path).isDone();
  }

  private void answerOpen(long file) {
    Opened opened =
        Opened.newBuilder()
            .setStatus(status(file))
            .setTokens(TokenSet.READER.union(TokenSet.STATUS).bits())
            .addAbove(held(ROOT, TokenSet.PATH))
            .setGrant(++grants)
            .addExtents(Extent.newBuilder().setBlock(5).setLength(10))
            .build();
    world.reply(world.last(OperationCase.OPEN), Reply.newBuilder().setOpened(opened).build());
  }

  /** Opens twice, so that the path is remembered, and closes. */
  private OpenFile opened(String user, String path, long file) {
    CompletableFuture<OpenFile> first = engine.open(user, path);
    assertFalse(world.last(OperationCase.OPEN).getRequest().getOpen().getRemember());
    Opened once =
        Opened.newBuilder()
            .setStatus(status(file))
            .setTokens(TokenSet.READER.bits())
            .setGrant(++grants)
            .build();
    world.reply(world.last(OperationCase.OPEN), Reply.newBuilder().setOpened(once).build());
    engine.close(first.join());
    CompletableFuture<OpenFile> second = engine.open(user, path);
    assertTrue(world.last(OperationCase.OPEN).getRequest().getOpen().getRemember());
    answerOpen(file);
    OpenFile opened = second.join();
    engine.close(opened);
    return opened;
  }

  /** Lets time pass in which the server answers renewals. */
  private void stay(long millis) {
    for (long t = 0; t < millis; t += 50) {
      world.pass(50);
      Envelope renewal = world.last(OperationCase.RENEW);
      if (renewal != null && !renewal.equals(renewed)) {
        renewed = renewal;
        world.reply(renewal, DONE);
      }
    }
  }

  private void revoke(long file, TokenSet tokens) {
    Revoke revoke =
        Revoke.newBuilder().setFileId(file).setTokens(tokens.bits()).setGrant(grants).build();
    world
        .listener()
        .onMessage(
            Envelope.newBuilder()
                .setEpoch(world.epoch)
                .setEvent(Event.newBuilder().setRevoke(revoke))
                .build());
  }

  /** The last that was given back of each inode on this connection. */
  private Map<Long, TokenSet> givenBack() {
    return world.link().sent.stream()
        .flatMap(message -> message.getRequest().getRelease().getFilesList().stream())
        .collect(
            Collectors.toMap(
                Claim::getFileId, claim -> TokenSet.known(claim.getTokens()), (a, b) -> b));
  }

  @Test
  void shouldAskTwiceAndThenNoMore() {
    remember("u", "/f", FILE);
    assertFalse(asks("u", "/f"));
    assertEquals(1, world.count(OperationCase.GET_STATUS));
    assertEquals(1, world.count(OperationCase.LOOKUP));
  }

  @Test
  void shouldAskForEachUser() {
    remember("u", "/f", FILE);
    assertTrue(asks("v", "/f"));
  }

  @Test
  void shouldAskAgainWhenAnInodeIsTakenFromItsPlace() {
    remember("u", "/f", FILE);
    revoke(ROOT, NAME);
    assertTrue(asks("u", "/f"));
    assertTrue(givenBack().get(ROOT).containsAll(TokenSet.PATH));
    assertTrue(givenBack().get(FILE).containsAll(TokenSet.STATUS), "nothing stands on it any more");
  }

  /** C2: the server need not ask for what the sender of a change lends with it. */
  @Test
  void shouldGiveBackWhatItIsAboutToChangeItself() {
    remember("ann", "/f", FILE);
    remember("ann", "/g", FILE + 1);
    Request.Builder delete =
        Request.newBuilder().setDelete(Delete.newBuilder().setPath("/f").setRecursive(false));
    var unused = engine.callOnce("ann", delete);
    List<Envelope> sent = world.link().sent;
    assertTrue(sent.get(sent.size() - 1).getRequest().hasDelete());
    Release release = sent.get(sent.size() - 2).getRequest().getRelease();
    assertEquals(List.of(FILE), release.getFilesList().stream().map(Claim::getFileId).toList());
    assertTrue(asks("ann", "/f"));
    assertFalse(asks("ann", "/g"), "the directory is held for it");
  }

  /** What another user of the process remembers is asked for as ever. */
  @Test
  void shouldLendWhatTheSenderItselfRemembers() {
    remember("ann", "/f", FILE);
    remember("bob", "/f", FILE);
    Request.Builder delete =
        Request.newBuilder().setDelete(Delete.newBuilder().setPath("/f").setRecursive(false));
    var unused = engine.callOnce("ann", delete);
    List<Envelope> sent = world.link().sent;
    assertTrue(sent.get(sent.size() - 1).getRequest().hasDelete());
    assertFalse(sent.get(sent.size() - 2).getRequest().hasRelease());
    assertFalse(asks("bob", "/f"));
  }

  @Test
  void shouldNotTakeAMovedFileForWhatItWas() {
    remember("u", "/f", FILE);
    revoke(FILE, NAME);
    remember("u", "/g", FILE);
    assertFalse(asks("u", "/g"));
    assertTrue(asks("u", "/f"), "it stands at another place now");
  }

  @Test
  void shouldAskWhenItHasNotRenewedByEitherClock() {
    remember("u", "/f", FILE);
    world.pause(1_599);
    assertFalse(asks("u", "/f"));
    world.pause(1);
    assertTrue(asks("u", "/f"));
    world.reply(world.last(OperationCase.RENEW), DONE);
    assertFalse(asks("u", "/f"), "renewed by the question");
    world.jumpWall(1_600);
    assertTrue(asks("u", "/f"));
  }

  @Test
  void shouldRenewSoonerWhileItRemembers() {
    world.pass(1_000);
    assertEquals(0, world.count(OperationCase.RENEW));
    remember("u", "/f", FILE);
    for (int i = 0; i < 10; i++) {
      assertFalse(asks("u", "/f"));
      world.pass(500);
      world.reply(world.last(OperationCase.RENEW), DONE);
    }
  }

  @Test
  void shouldForgetWithTheConnectionAndClaimNothing() {
    remember("u", "/f", FILE);
    world.lose();
    world.session(7, true);
    Envelope opening = world.last(OperationCase.OPEN_SESSION);
    assertEquals(0, opening.getRequest().getOpenSession().getClaimsCount());
    assertTrue(asks("u", "/f"));
  }

  @Test
  void shouldForgetTheLeastLatelyUsedForAnother() {
    for (long i = 0; i < PATHS_MAX; i++) {
      remember("u", "/f" + i, FILE + i);
    }
    assertFalse(asks("u", "/f0"));
    remember("u", "/g", 50);
    assertFalse(asks("u", "/f0"));
    assertTrue(asks("u", "/f1"));
    assertEquals(List.of(FILE + 1), List.copyOf(givenBack().keySet()));
  }

  @Test
  void shouldForgetWhatNobodyAsksFor() {
    remember("u", "/f", FILE);
    stay(RememberedPaths.UNUSED_MILLIS_MAX + 100);
    assertTrue(givenBack().keySet().containsAll(List.of(ROOT, FILE)));
  }

  @Test
  void shouldAskOnceMoreAfterAWhileBecauseGroupsChange() {
    remember("u", "/f", FILE);
    for (long t = 0; t <= RememberedPath.AGE_MILLIS_MAX; t += 1_000) {
      var unused = engine.status("u", "/f");
      stay(1_000);
    }
    assertTrue(asks("u", "/f"));
  }

  @Test
  void shouldOpenAgainWithoutAsking() {
    OpenFile file = opened("u", "/f", FILE);
    long asked = world.count(OperationCase.OPEN);
    CompletableFuture<OpenFile> again = engine.open("u", "/f");
    assertSame(file, again.join());
    assertFalse(asks("u", "/f"), "its status is known with it");
    assertEquals(asked, world.count(OperationCase.OPEN));
    assertFalse(engine.open("v", "/f").isDone());
  }

  /** Looking at a file says nothing of who may read it. */
  @Test
  void shouldAskBeforeItOpensWhatWasOpenedLongAgo() {
    var unused = opened("u", "/f", FILE);
    for (long t = 0; t <= RememberedPath.AGE_MILLIS_MAX; t += 1_000) {
      if (asks("u", "/f")) {
        Envelope lookup = world.last(OperationCase.LOOKUP);
        if (lookup != null) {
          answerLookup(FILE);
        }
      }
      stay(1_000);
    }
    assertFalse(engine.open("u", "/f").isDone());
  }

  @Test
  void shouldAskInTurnForWhatMayNotBeRemembered() {
    for (int i = 1; i <= 3; i++) {
      assertTrue(asks("u", "/f"));
      assertEquals(i, world.count(OperationCase.GET_STATUS));
      assertTrue(asks("u", "/f"));
      assertEquals(i, world.count(OperationCase.LOOKUP));
    }
  }

  @Test
  void shouldAskBeforeItOpensWhatWasOnlyLookedAt() {
    remember("u", "/f", FILE);
    assertFalse(engine.open("u", "/f").isDone());
  }

  @Test
  void shouldGiveEverythingOfAClosedFileBack() {
    var unused = opened("u", "/f", FILE);
    revoke(FILE, NAME);
    assertTrue(
        givenBack().get(FILE).containsAll(TokenSet.READER.union(TokenSet.STATUS)),
        givenBack().toString());
    assertFalse(engine.open("u", "/f").isDone());
  }

  @Test
  void shouldKeepWhatAHandleReadsBy() {
    var unused = opened("u", "/f", FILE);
    OpenFile file = engine.open("u", "/f").join();
    revoke(FILE, NAME);
    assertEquals(NAME, givenBack().get(FILE));
    assertTrue(file.isReadable());
    engine.close(file);
    world.pass(10);
    assertTrue(givenBack().get(FILE).containsAll(TokenSet.READER));
  }

  /** Asks twice, so that it is remembered that nothing stands there. */
  private void rememberAbsence(String user, String path) {
    CompletableFuture<FileAttributes> first = engine.status(user, path);
    Error absent =
        Error.newBuilder()
            .setCode(ErrorCode.NOT_FOUND.number())
            .setDisposition(Disposition.USER)
            .setMessage("no " + path)
            .build();
    world.reply(world.last(OperationCase.GET_STATUS), Reply.newBuilder().setError(absent).build());
    assertTrue(first.isCompletedExceptionally());
    CompletableFuture<FileAttributes> second = engine.status(user, path);
    assertTrue(world.last(OperationCase.LOOKUP).getRequest().getLookup().getMore());
    Found.Builder found =
        Found.newBuilder().addPath(held(ROOT, TokenSet.ENTRIES)).setAbsent(absent);
    world.reply(world.last(OperationCase.LOOKUP), Reply.newBuilder().setFound(found).build());
    requireAbsent(path, second);
  }

  private static void requireAbsent(String path, CompletableFuture<?> answer) {
    CompletionException failure = assertThrows(CompletionException.class, answer::join);
    LeatException absent = assertInstanceOf(LeatException.class, failure.getCause());
    assertEquals(ErrorCode.NOT_FOUND, absent.code());
    assertEquals("no " + path, absent.getMessage());
  }

  @Test
  void shouldRememberThatNothingIsThere() {
    rememberAbsence("u", "/x");
    int sent = world.link().sent.size();
    requireAbsent("/x", engine.status("u", "/x"));
    requireAbsent("/x", engine.open("u", "/x"));
    requireAbsent("/x", engine.list("u", "/x", "", LIMIT));
    assertEquals(sent, world.link().sent.size());
    assertTrue(asks("v", "/x"));
  }

  @Test
  void shouldAskAgainWhenSomethingIsToBeAdded() {
    remember("u", "/f", FILE);
    rememberAbsence("u", "/x");
    revoke(ROOT, ENTRIES);
    assertEquals(ENTRIES, givenBack().get(ROOT));
    assertTrue(asks("u", "/x"));
    assertFalse(asks("u", "/f"), "it stands where it stood");
  }

  /** C2: a client that knows that nothing is there mostly looked because it is to make it. */
  @Test
  void shouldLendWhatIsInTheWayOfItsOwnAddition() {
    remember("u", "/f", FILE);
    rememberAbsence("u", "/x");
    var unused =
        engine.callOnce("u", Request.newBuilder().setCreate(Create.newBuilder().setPath("/x")));
    List<Envelope> sent = world.link().sent;
    assertTrue(sent.get(sent.size() - 1).getRequest().hasCreate());
    assertTrue(sent.get(sent.size() - 2).getRequest().hasRelease());
    assertEquals(ENTRIES, givenBack().get(ROOT));
    assertFalse(asks("u", "/f"));
  }

  private static Listing listing(long... files) {
    ListingWriter page = new ListingWriter(files.length);
    for (long file : files) {
      byte[] name = ("f" + file).getBytes(StandardCharsets.UTF_8);
      page.entry(name, 0, name.length);
      page.fileId(file);
    }
    return Listing.newBuilder().setPage(ByteString.copyFrom(page.toBytes())).build();
  }

  private void answerList(Listing listing) {
    Envelope asked = world.last(OperationCase.LIST_DIRECTORY);
    world.reply(asked, Reply.newBuilder().setListing(listing).build());
  }

  private Listing rememberListing(String user, long... files) {
    CompletableFuture<Listing> first = engine.list(user, "/", "", LIMIT);
    answerList(listing(files));
    assertTrue(first.isDone());
    CompletableFuture<Listing> second = engine.list(user, "/", "", LIMIT);
    Lookup asked = world.last(OperationCase.LOOKUP).getRequest().getLookup();
    assertEquals(ENTRIES_MAX, asked.getEntriesMax());
    Found.Builder found =
        Found.newBuilder()
            .addPath(held(ROOT, TokenSet.ENTRIES.union(TokenSet.STATUS)))
            .setListing(listing(files));
    for (long file : files) {
      found.addEntries(held(file, TokenSet.STATUS));
    }
    world.reply(world.last(OperationCase.LOOKUP), Reply.newBuilder().setFound(found).build());
    return second.join();
  }

  private boolean asksForEntries(String user) {
    return !engine.list(user, "/", "", LIMIT).isDone();
  }

  @Test
  void shouldListAgainWithoutAsking() {
    Listing listed = rememberListing("u", FILE, FILE + 1);
    assertEquals(listing(FILE, FILE + 1), listed);
    assertEquals(listed, engine.list("u", "/", "", LIMIT).join());
    assertFalse(asks("u", "/"), "the directory's status is known with it");
    assertTrue(asksForEntries("v"));
    assertFalse(engine.list("u", "/", "f9", LIMIT).isDone(), "from the middle on");
    assertFalse(engine.list("u", "/", "", 1).isDone(), "more than was asked for");
  }

  @Test
  void shouldListAnEmptyDirectoryAgainWithoutAsking() {
    assertEquals(listing(), rememberListing("u"));
    assertFalse(asksForEntries("u"));
  }

  @Test
  void shouldAskForEntriesWhenOneOfThemChanges() {
    remember("u", "/f", FILE + 1);
    rememberListing("u", FILE, FILE + 1);
    revoke(FILE, TokenSet.NONE.with(TokenKind.SIZE, TokenLevel.READ));
    assertTrue(givenBack().get(FILE).containsAll(TokenSet.STATUS));
    assertTrue(asksForEntries("u"));
    assertFalse(asks("u", "/f"));
    Map<Long, TokenSet> back = givenBack();
    assertEquals(TokenSet.ENTRIES.union(TokenSet.STATUS).minus(TokenSet.PATH), back.get(ROOT));
    assertFalse(back.containsKey(FILE + 1), "a path stands on it");
  }

  @Test
  void shouldNotWantToRememberWhatIsLarge() {
    CompletableFuture<Listing> first = engine.list("u", "/", "", LIMIT);
    answerList(listing(1, 2, 3));
    assertTrue(first.isDone());
    assertTrue(asksForEntries("u"));
    answerList(listing(1, 2).toBuilder().setMore(true).build());
    assertTrue(asksForEntries("u"));
    assertEquals(0, world.count(OperationCase.LOOKUP));
    assertEquals(3, world.count(OperationCase.LIST_DIRECTORY));
  }

  @Test
  void shouldListADirectoryThatHasGrown() {
    CompletableFuture<Listing> first = engine.list("u", "/", "", LIMIT);
    answerList(listing(1));
    assertTrue(first.isDone());
    CompletableFuture<Listing> second = engine.list("u", "/", "", LIMIT);
    Found found = Found.newBuilder().addPath(Held.newBuilder().setStatus(status(ROOT))).build();
    world.reply(world.last(OperationCase.LOOKUP), Reply.newBuilder().setFound(found).build());
    answerList(listing(1, 2, 3));
    assertEquals(listing(1, 2, 3), second.join());
  }

  @Test
  void shouldCountEachEntryThatItRemembers() {
    for (long i = 0; i < PATHS_MAX - 1; i++) {
      remember("u", "/f" + i, 20 + i);
    }
    rememberListing("u", FILE, FILE + 1);
    assertTrue(asks("u", "/f0"));
    assertTrue(asks("u", "/f1"));
    assertFalse(asks("u", "/f2"));
    assertEquals(Set.of(20L, 21L), givenBack().keySet());
  }

  @Test
  void shouldGiveBackWhatComesForACallThatWasGivenUp() {
    CompletableFuture<OpenFile> late = engine.open("u", "/f");
    Envelope asked = world.last(OperationCase.OPEN);
    stay(61_000);
    assertTrue(late.isCompletedExceptionally());
    Opened opened =
        Opened.newBuilder()
            .setStatus(status(FILE))
            .setTokens(TokenSet.READER.bits())
            .setGrant(++grants)
            .build();
    world.reply(asked, Reply.newBuilder().setOpened(opened).build());
    assertEquals(TokenSet.READER, givenBack().get(FILE));
  }
}
