package io.leat.mds.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import io.leat.model.TokenSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TokenTableTest {

  private static final long FILE = 9;
  private static final TokenSet EXIST = TokenSet.NONE.with(TokenKind.EXIST, TokenLevel.READ);

  private final TokenTable table = new TokenTable(100);

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
    assertTrue(table.filesOf(3).isEmpty());
  }

  @Test
  void shouldForgetASession() {
    table.grant(FILE, 1, TokenSet.READER);
    table.grant(10, 1, TokenSet.READER);
    assertEquals(2, table.dropSession(1).size());
    assertEquals(0, table.openFiles());
    assertTrue(table.dropSession(1).isEmpty());
  }
}
