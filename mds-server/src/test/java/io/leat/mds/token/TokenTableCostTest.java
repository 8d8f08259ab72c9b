package io.leat.mds.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.page.CountingPageStore;
import io.leat.mds.page.PageStore;
import io.leat.model.TokenSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the table costs, counted: pages, and reads and writes of them. */
final class TokenTableCostTest {

  private static final int FEW = 50_000;
  private static final int MANY = 1_000_000;
  private static final int HOLDERS = 200;
  private static final int ROUNDS = 10_000;

  /** Bytes of pages for an open file with its grant, all included. */
  private static final int PAGE_BYTES_MAX = 80;

  /** And of what was taken from the JVM. */
  private static final int MEMORY_BYTES_MAX = 200;

  private final CountingPageStore pages = new CountingPageStore(PageStore.PAGE_BYTES, 8_192);
  private final TokenTable table = new TokenTable(pages, 0);

  private void open(int files) {
    for (long file = 1; file <= files; file++) {
      table.claim(file, 1 + file % 100, TokenSet.READER, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {FEW, MANY})
  void shouldNeedFewBytesForAnOpenFile(int files) {
    open(files);
    assertEquals(files, table.openFiles());
    long perFile = (long) pages.usedPages() * PageStore.PAGE_BYTES / files;
    assertTrue(perFile <= PAGE_BYTES_MAX, perFile + " bytes for an open file");
    assertTrue(pages.memoryBytes() / files < MEMORY_BYTES_MAX, pages.memoryBytes() + " bytes");
  }

  @Test
  void shouldCostTheSameHoweverManyFilesAreOpen() {
    open(FEW);
    double few = costOfGrantAndRelease(FEW);
    double known = costOfRegrant(FEW);
    for (long file = FEW + 1; file <= MANY; file++) {
      table.claim(file, 1 + file % 100, TokenSet.READER, 1);
    }
    double many = costOfGrantAndRelease(MANY);
    assertTrue(many < few * 1.1 && few < many * 1.1, few + " and " + many + " accesses");
    double knownOfMany = costOfRegrant(MANY);
    assertTrue(knownOfMany < known * 1.1, known + " and " + knownOfMany + " accesses");
  }

  /** Reads and writes for a file that is opened and closed again. */
  private double costOfGrantAndRelease(int files) {
    long before = pages.accesses();
    for (long file = files + 1L; file <= files + ROUNDS; file++) {
      long number = table.grant(file, 1, TokenSet.READER).number();
      assertTrue(table.release(file, 1, TokenSet.READER, number));
    }
    return (double) (pages.accesses() - before) / ROUNDS;
  }

  /** Reads and writes for an open file, of any age, that is closed and opened again. */
  private double costOfRegrant(int files) {
    SplittableRandom random = new SplittableRandom(5);
    long before = pages.accesses();
    for (int i = 0; i < ROUNDS; i++) {
      long file = random.nextInt(files) + 1L;
      table.drop(file, 1 + file % 100);
      table.claim(file, 1 + file % 100, TokenSet.READER, 1);
    }
    return (double) (pages.accesses() - before) / ROUNDS;
  }

  @Test
  void shouldGrowWithoutAPause() {
    long most = 0;
    long before = pages.accesses();
    for (long file = 1; file <= FEW; file++) {
      table.claim(file, 1, TokenSet.READER, 1);
      most = Math.max(most, pages.accesses() - before);
      before = pages.accesses();
    }
    assertTrue(most < 400, most + " accesses for one grant");
  }

  @Test
  void shouldNotGoOverTheHoldersOfAFile() {
    long few = costOfHolders(1, HOLDERS);
    long many = costOfHolders(2, 10 * HOLDERS);
    assertTrue(many < few * 1.1, few + " and " + many + " accesses");
  }

  /** Reads and writes for a holder that comes, stands against a writer, and leaves. */
  private long costOfHolders(long file, int holders) {
    for (long session = 1; session <= holders; session++) {
      table.claim(file, session, TokenSet.READER, 1);
    }
    long before = pages.accesses();
    for (long session = 1; session <= holders; session++) {
      assertTrue(table.isHeldAgainst(file, session, TokenSet.WRITER));
      assertTrue(table.release(file, session, TokenSet.READER, 1));
      table.claim(file, session, TokenSet.READER, 1);
    }
    return (pages.accesses() - before) / holders;
  }
}
