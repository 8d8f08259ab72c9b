package io.leat.mds.core;

import static io.leat.mds.core.RememberedPathsTest.giveBack;
import static io.leat.mds.core.RememberedPathsTest.lookup;
import static io.leat.mds.core.RememberedPathsTest.setPermission;
import static io.leat.mds.core.TestClient.append;
import static io.leat.mds.core.TestClient.concat;
import static io.leat.mds.core.TestClient.creation;
import static io.leat.mds.core.TestClient.delete;
import static io.leat.mds.core.TestClient.makeDirectories;
import static io.leat.mds.core.TestClient.rename;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.ErrorCode;
import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import io.leat.model.TokenSet;
import io.leat.wire.listing.ListingPage;
import io.leat.wire.proto.Found;
import io.leat.wire.proto.Held;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.Revoke;
import io.leat.wire.proto.SetTimes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients remember of directories: statuses, entries, and that a name is not there. */
final class RememberedDirectoriesTest {

  private static final int REMEMBER_MILLIS = CoreHarness.LEASE_MILLIS / 10;
  private static final int ENTRIES_MAX = 256;
  private static final TokenSet ENTRIES = TokenSet.NONE.with(TokenKind.EXTENT, TokenLevel.READ);
  private static final TokenSet TIMES = TokenSet.NONE.with(TokenKind.TIMES, TokenLevel.READ);

  private final CoreHarness server = new CoreHarness();
  private final TestClient one = server.client();
  private final TestClient other = server.client();

  @BeforeEach
  void makeSomething() {
    one.ok(makeDirectories("/a/c"));
    one.write("/a/f", 8_192);
    one.write("/g", 8_192);
  }

  private static Found look(TestClient client, String path) {
    return found(client, path, 0);
  }

  private static Found list(TestClient client, String path) {
    return found(client, path, ENTRIES_MAX);
  }

  private static Found found(TestClient client, String path, int entriesMax) {
    Request.Builder request = lookup(path);
    request.getLookupBuilder().setMore(true).setEntriesMax(entriesMax);
    return client.ok(request).getFound();
  }

  private static List<TokenSet> tokens(List<Held> inodes) {
    return inodes.stream().map(held -> new TokenSet(held.getTokens())).toList();
  }

  private static List<Held> all(Found found) {
    List<Held> all = new ArrayList<>(found.getPathList());
    all.addAll(found.getEntriesList());
    return all;
  }

  @Test
  void shouldGrantTheStatusOfADirectory() {
    assertEquals(List.of(TokenSet.PATH, TokenSet.STATUS), tokens(look(other, "/a").getPathList()));
    assertEquals(List.of(TokenSet.STATUS), tokens(look(server.client(), "/").getPathList()));
  }

  @Test
  void shouldGrantThatANameIsNotThere() {
    Found found = look(other, "/a/x/y");
    assertEquals(ErrorCode.NOT_FOUND.number(), found.getAbsent().getCode());
    assertTrue(found.getAbsent().getMessage().contains("/a/x/y"), found.toString());
    assertEquals(List.of(TokenSet.PATH, TokenSet.ENTRIES), tokens(found.getPathList()));
    server.client().refused(ErrorCode.NOT_FOUND, lookup("/a/x/y")); // as older clients ask
  }

  @Test
  void shouldNotGrantThatNothingIsBelowAFile() {
    Request.Builder request = lookup("/a/f/x");
    request.getLookupBuilder().setMore(true);
    other.refused(ErrorCode.NOT_FOUND, request);
  }

  @Test
  void shouldGrantEachEntryOfADirectory() throws IOException {
    Found found = list(other, "/a");
    assertEquals(
        List.of(TokenSet.PATH, TokenSet.STATUS.union(TokenSet.ENTRIES)),
        tokens(found.getPathList()));
    assertEquals(List.of(TokenSet.STATUS, TokenSet.STATUS), tokens(found.getEntriesList()));
    ListingPage page = ListingPage.of(found.getListing().getPage());
    assertEquals(List.of("c", "f"), List.of(page.name(0), page.name(1)));
    assertEquals(8_192, page.attributes(1).size());
    assertFalse(found.getListing().getMore());
  }

  @Test
  void shouldListWithoutTokensWhileAnEntryIsWritten() throws IOException {
    one.created("/a/w", 3);
    Found found = list(other, "/a");
    assertEquals(0, found.getEntriesCount());
    assertEquals(0, found.getPath(0).getTokens());
    assertEquals(3, ListingPage.of(found.getListing().getPage()).size());
  }

  @Test
  void shouldNotListLargeDirectoriesOrFiles() {
    for (int i = 0; i <= ENTRIES_MAX; i++) {
      one.ok(makeDirectories("/large/d" + i));
    }
    assertFalse(found(other, "/large", 10_000).hasListing());
    one.ok(delete("/large/d0"));
    assertEquals(ENTRIES_MAX, found(other, "/large", 10_000).getEntriesCount());
    assertFalse(found(other, "/a", 1).hasListing());
    assertFalse(list(other, "/g").hasListing());
  }

  @Test
  void shouldListForNobodyWhoMayNot() {
    one.ok(setPermission("/a"));
    Request.Builder request = lookup("/a");
    request.getLookupBuilder().setEntriesMax(ENTRIES_MAX);
    server.client().as("stranger").refused(ErrorCode.PERMISSION_DENIED, request);
  }

  /** Each adds something at /a/x. */
  static Stream<Request.Builder> additions() {
    return Stream.of(
        creation("/a/x", 7),
        creation("/a/x/y", 7),
        makeDirectories("/a/x"),
        makeDirectories("/a/x/y/z"),
        rename("/g", "/a/x", false),
        rename("/a/f", "/a/x", false));
  }

  @ParameterizedTest
  @MethodSource("additions")
  void shouldWaitWithAnAdditionUntilTheAbsenceIsForgotten(Request.Builder addition) {
    List<Held> held = look(other, "/a/x").getPathList();
    requireWait(addition, held);
  }

  /** Each changes the time of /a. */
  static Stream<Request.Builder> changesOfTime() {
    return Stream.concat(
        additions(),
        Stream.of(
            delete("/a/f"),
            delete("/a/c"),
            rename("/a/f", "/f", false),
            rename("/g", "/a/f", true),
            creation("/a/f", 7),
            concat("/g", "/a/f")));
  }

  /** Each changes what somebody knows who has listed /a. */
  static Stream<Request.Builder> changes() {
    return Stream.concat(
        changesOfTime(),
        Stream.of(
            append("/a/f", 7),
            concat("/a/f", "/g"),
            setPermission("/a/f"),
            setPermission("/a"),
            makeDirectories("/a/c/d"),
            Request.newBuilder()
                .setSetTimes(
                    SetTimes.newBuilder()
                        .setPath("/a/c")
                        .setModifiedMillis(5)
                        .setAccessedMillis(-1))));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void shouldWaitWithAChangeUntilTheListingIsForgotten(Request.Builder change) {
    requireWait(change, all(list(other, "/a")));
  }

  @ParameterizedTest
  @MethodSource("changesOfTime")
  void shouldWaitWithAChangeUntilTheDirectorysStatusIsForgotten(Request.Builder change) {
    requireWait(change, look(other, "/a").getPathList());
  }

  private void requireWait(Request.Builder change, List<Held> held) {
    long waiting = one.send(one.once(change));
    assertNull(one.reply(waiting), "nobody was asked");
    assertFalse(other.revocations().isEmpty());
    giveBack(other, held);
    assertNotNull(one.reply(waiting));
    assertFalse(one.reply(waiting).hasError(), one.reply(waiting).toString());
  }

  /** Where files are added all the time, those that are there can be remembered all the same. */
  @Test
  void shouldAskForNothingThatIsNotInTheWay() {
    look(other, "/a/f");
    one.write("/a/x", 100);
    assertEquals(List.of(), other.revocations());
    List<Held> absent = look(other, "/a/y").getPathList();
    long waiting = one.send(one.once(creation("/a/y", 7)));
    Revoke revoke = other.revocations().get(0);
    assertEquals(ENTRIES, new TokenSet(revoke.getTokens()));
    giveBack(other, absent);
    assertTrue(one.reply(waiting).hasOpened());
    assertEquals(3, look(other, "/a/f").getPathCount());
    assertEquals(0, look(other, "/a").getPath(0).getTokens(), "for a second");
  }

  /** To be granted anew what is about to come back would void that it does. */
  @Test
  void shouldGrantNothingOfWhatIsAskedFor() {
    List<Held> absent = look(other, "/a/y").getPathList();
    long waiting = one.send(one.once(creation("/a/y", 7)));
    assertEquals(1, look(other, "/a/f").getPathCount());
    giveBack(other, absent);
    assertNotNull(one.reply(waiting));
  }

  /** What was taken without a client's word it has been asked for, and nothing else is taken. */
  @Test
  void shouldTakeFromASilentClientWhatItWasAskedForAlone() {
    look(other, "/a/f");
    look(other, "/a/x");
    server.pass(REMEMBER_MILLIS + REMEMBER_MILLIS / 10);
    one.ok(creation("/a/x", 7));
    assertEquals(ENTRIES, new TokenSet(other.revocations().get(0).getTokens()));
    other.renew(); // and so it may go on answering what stands at /a/f
    long waiting = one.send(one.once(setPermission("/a")));
    assertNull(one.reply(waiting));
    assertTrue(
        new TokenSet(other.revocations().get(1).getTokens()).has(TokenKind.ATTR, TokenLevel.READ));
  }

  /** It has been asked for the directory alone, and keeps what it holds of the file below. */
  @Test
  void shouldReclaimWhatASilentClientOnlyRemembers() {
    look(other, "/a/f");
    server.pass(REMEMBER_MILLIS + REMEMBER_MILLIS / 10);
    one.ok(delete("/a"));
    one.ok(delete("/g"));
    server.settle();
    server.requireEmpty();
  }

  /** Else two directories that many look at might never be free at the same moment. */
  @Test
  void shouldKeepWhatHasComeBackForWhoWaitsForMore() {
    one.ok(makeDirectories("/b"));
    List<Held> source = look(other, "/a").getPathList();
    TestClient third = server.client();
    List<Held> destination = look(third, "/b/f").getPathList();
    long waiting = one.send(one.once(rename("/a/f", "/b/f", false)));
    assertEquals(TIMES, new TokenSet(other.revocations().get(0).getTokens()));
    giveBack(other, source);
    server.pass(REMEMBER_MILLIS / 2);
    third.renew();
    server.pass(LatelyRevoked.LATELY_MILLIS + 1);
    assertEquals(0, look(other, "/a").getPath(0).getTokens());
    giveBack(third, destination);
    assertFalse(one.reply(waiting).hasError());
  }

  @Test
  void shouldAskOnceForAllThatWait() {
    List<Held> absent = look(other, "/a/x").getPathList();
    List<TestClient> clients = new ArrayList<>();
    List<Long> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      TestClient client = server.client();
      clients.add(client);
      waiting.add(client.send(client.once(creation("/a/x" + i, 1))));
    }
    assertEquals(1, other.revocations().size(), "it was asked once for all");
    giveBack(other, absent);
    for (int i = 0; i < 20; i++) {
      assertTrue(clients.get(i).reply(waiting.get(i)).hasOpened());
    }
  }

  @Test
  void shouldWaitLongerUntilItGrantsAgainWhatManyLookAt() {
    List<TestClient> clients = new ArrayList<>();
    List<List<Held>> held = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      TestClient client = server.client();
      clients.add(client);
      held.add(look(client, "/a/x").getPathList());
    }
    long waiting = one.send(one.once(makeDirectories("/a/x")));
    for (int i = 0; i < 200; i++) {
      giveBack(clients.get(i), held.get(i));
    }
    assertFalse(one.reply(waiting).hasError());
    server.pass(LatelyRevoked.LATELY_MILLIS + 1);
    Request.Builder again = lookup("/a/y");
    again.getLookupBuilder().setMore(true);
    clients.get(0).refused(ErrorCode.NOT_FOUND, again);
    server.pass(200 * LatelyRevoked.LATELY_MILLIS_EACH);
    clients.get(0).renew();
    assertTrue(look(server.client(), "/a/y").hasAbsent());
  }
}
