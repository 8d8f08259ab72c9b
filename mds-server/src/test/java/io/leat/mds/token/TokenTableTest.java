package io.leat.mds.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.leat.mds.page.PageStore;
import io.leat.mds.page.PageTag;
import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import io.leat.model.TokenSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TokenTableTest {

  private static final long FILE = 9;
  private static final TokenSet EXIST = TokenSet.NONE.with(TokenKind.EXIST, TokenLevel.READ);

  private final PageStore pages = new PageStore(PageTag.of("vs"), PageStore.PAGE_BYTES, 16);
  private final TokenTable table = new TokenTable(pages, 100);

  private List<Long> filesOf(long session) {
    List<Long> files = new ArrayList<>();
    table.forFiles(session, files::add);
    return files;
  }

  @Test
  void shouldNameHoldersThatConflict() {
    table.grant(FILE, 1, TokenSet.READER);
    table.grant(FILE, 2, EXIST);
    assertEquals(List.of(1L), table.holdersAgainst(FILE, 0, TokenSet.WRITER));
    assertEquals(List.of(), table.holdersAgainst(FILE, 1, TokenSet.WRITER));
    assertEquals(TokenSet.READER, table.heldByOthers(FILE, 3));
  }

  @Test
  void shouldIgnoreAReleaseThatCrossedAGrant() {
    long first = table.grant(FILE, 1, TokenSet.READER).number();
    long second = table.grant(FILE, 1, TokenSet.READER).number();
    assertTrue(second > first && first > 100);
    assertFalse(table.release(FILE, 1, TokenSet.READER, first));
    assertTrue(table.release(FILE, 1, TokenSet.READER, second));
    assertFalse(table.isOpen(FILE));
  }

  @Test
  void shouldKeepTheNumberOfWhatIsClaimedOrRestricted() {
    table.claim(FILE, 1, TokenSet.WRITER, 7);
    table.restrict(FILE, 1, EXIST);
    assertEquals(EXIST, table.held(FILE, 1));
    assertEquals(7, table.grantOf(FILE, 1).orElseThrow().number());
    table.restrict(FILE, 2, EXIST);
    assertTrue(table.grantOf(FILE, 2).isEmpty(), "nothing comes from a restriction");
    table.claim(FILE, 3, TokenSet.NONE, 7);
    assertEquals(List.of(), filesOf(3));
  }

  /** Whoever waits has to be told. */
  @Test
  void shouldCountWheneverSomebodyHoldsLess() {
    long grant = table.grant(FILE, 1, EXIST).number();
    table.grant(FILE, 2, TokenSet.READER.union(TokenSet.STATUS));
    assertEquals(0, table.releases());
    table.grant(FILE, 2, TokenSet.WRITER);
    assertEquals(1, table.releases(), "the name was not granted again");
    table.restrict(FILE, 2, EXIST);
    assertEquals(2, table.releases());
    table.release(FILE, 1, EXIST, grant);
    assertEquals(3, table.releases());
    table.dropSession(2, file -> {});
    assertEquals(4, table.releases());
  }

  @Test
  void shouldNotCountWhoOnlyRemembersAsHavingItOpen() {
    table.grant(FILE, 1, TokenSet.STATUS);
    assertFalse(table.isOpen(FILE));
    table.grant(FILE, 2, EXIST);
    assertTrue(table.isOpen(FILE));
  }

  @Test
  void shouldForgetASession() {
    table.grant(FILE, 1, TokenSet.READER);
    table.grant(10, 1, TokenSet.READER);
    List<Long> dropped = new ArrayList<>();
    table.dropSession(
        1,
        file -> {
          assertFalse(table.isOpen(file));
          dropped.add(file);
        });
    assertEquals(List.of(FILE, 10L), dropped);
    assertEquals(0, table.openFiles());
    table.dropSession(1, file -> fail("the session held nothing on " + file));
    assertFalse(pages.reserve(17));
    assertEquals(2, pages.usedPages(), "indexes stay, a page each");
  }

  @Test
  void shouldKeepTheOrderInWhichSessionsCame() {
    for (long session = 5; session >= 1; session--) {
      table.claim(FILE, session, TokenSet.READER, session);
      table.claim(FILE + session, 7, TokenSet.READER, 1);
    }
    table.claim(FILE, 4, EXIST, 9);
    table.drop(FILE, 5);
    table.drop(FILE, 2);
    table.claim(FILE, 5, TokenSet.READER, 5);
    List<Long> holders = new ArrayList<>();
    table.forHolders(FILE, (session, tokens, number) -> holders.add(session));
    assertEquals(List.of(4L, 3L, 1L, 5L), holders);
    assertEquals(List.of(3L, 1L, 5L), table.holdersAgainst(FILE, 0, TokenSet.WRITER));
    table.drop(FILE + 3, 7);
    assertEquals(List.of(FILE + 5, FILE + 4, FILE + 2, FILE + 1), filesOf(7));
    assertEquals(4, table.openFiles(7));
  }

  @Test
  void shouldKnowWhatOthersHoldTogether() {
    table.claim(FILE, 1, TokenSet.WRITER, 1);
    assertFalse(table.isHeldAgainst(FILE, 1, TokenSet.READER));
    for (long session = 2; session <= 200; session++) {
      table.claim(FILE, session, EXIST, 1);
    }
    assertEquals(EXIST, table.heldByOthers(FILE, 1));
    assertFalse(table.isHeldAgainst(FILE, 1, TokenSet.READER));
    assertTrue(table.isHeldAgainst(FILE, 2, TokenSet.READER));
    table.restrict(FILE, 1, EXIST);
    assertFalse(table.isHeldAgainst(FILE, 2, TokenSet.READER));
    for (long session = 1; session < 200; session++) {
      table.drop(FILE, session);
    }
    assertEquals(TokenSet.NONE, table.heldByOthers(FILE, 200));
    assertEquals(EXIST, table.heldByOthers(FILE, 1));
  }

  /** Each bit of a token set has a count in the pages; more bits need another page format. */
  @Test
  void shouldCountEveryToken() {
    for (TokenKind kind : TokenKind.values()) {
      for (TokenLevel level : TokenLevel.values()) {
        TokenSet one = TokenSet.NONE.with(kind, level);
        table.claim(FILE, 1, one, 1);
        table.claim(FILE, 2, one, 1);
        assertEquals(one, table.heldByOthers(FILE, 2));
        table.drop(FILE, 1);
        table.drop(FILE, 2);
      }
    }
  }

  @Test
  void shouldTellWhenThereIsNoRoom() {
    PageStore few = new PageStore(PageTag.of("vs"), 512, 12);
    TokenTable small = new TokenTable(few, 0);
    long file = 0;
    while (small.hasRoomFor(1)) {
      small.claim(++file, file % 3, TokenSet.READER, 1);
    }
    assertTrue(file > 30, "room for " + file);
    assertEquals(file, small.openFiles());
    assertFalse(small.hasRoomFor(1_000_000_000));
    long first = file - 7;
    for (long open = first; open <= file; open++) {
      small.drop(open, open % 3);
    }
    assertTrue(small.hasRoomFor(1));
    assertFalse(small.hasRoomFor(Integer.MAX_VALUE));
  }
}
