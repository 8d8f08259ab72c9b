package io.leat.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class TokenSetTest {

  @Test
  void shouldConflictBetweenLevelsAndBetweenWriters() {
    for (TokenLevel held : TokenLevel.values()) {
      for (TokenLevel wanted : TokenLevel.values()) {
        TokenSet one = TokenSet.NONE.with(TokenKind.IO, held);
        TokenSet other = TokenSet.NONE.with(TokenKind.IO, wanted);
        boolean conflict = held != wanted || held == TokenLevel.WRITE;
        assertEquals(conflict, !one.conflictsWith(other).isEmpty(), held + " and " + wanted);
        assertTrue(
            one.conflictsWith(TokenSet.NONE.with(TokenKind.SIZE, wanted)).isEmpty(),
            "kinds do not meet");
      }
    }
  }

  @Test
  void shouldLeaveReadersTheirExistBesideAWriter() {
    TokenSet lost = TokenSet.READER.conflictsWith(TokenSet.WRITER);
    assertEquals(TokenSet.NONE.with(TokenKind.EXIST, TokenLevel.READ), TokenSet.READER.minus(lost));
  }

  @Test
  void shouldRejectBitsWithoutAKindOrLeaveThemOut() {
    assertThrows(IllegalArgumentException.class, () -> new TokenSet(-1));
    assertTrue(TokenSet.known(-1).containsAll(TokenSet.WRITER.union(TokenSet.READER)));
    assertEquals(TokenSet.READER, TokenSet.known(-1).and(TokenSet.READER));
  }
}
