package io.leat.mds.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.page.PageStore;
import io.leat.mds.page.PageTag;
import io.leat.mds.token.TokenTable.Grant;
import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import io.leat.model.TokenSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table and one of maps are told the same, in small pages, and say the same. */
final class TokenTableRandomTest {

  private static final int STEPS = 3_000;
  private static final int SEEDS = 20;
  private static final int HEADER_BYTES = 64;

  /** Of the buckets for a record. */
  private static final int BUCKETS_BYTES = 8;

  private static final long ALL = TokenSet.known(-1).bits();

  /** Who holds what, by file and by session, each in the order in which it came. */
  private static final class Model {
    private final Map<Long, Map<Long, Grant>> byFile = new LinkedHashMap<>();
    private final Map<Long, Map<Long, Long>> bySession = new LinkedHashMap<>();

    Map<Long, Grant> of(long file) {
      return byFile.getOrDefault(file, Map.of());
    }

    List<Long> filesOf(long session) {
      return List.copyOf(bySession.getOrDefault(session, Map.of()).keySet());
    }

    void put(long file, long session, Grant grant) {
      byFile.computeIfAbsent(file, f -> new LinkedHashMap<>()).put(session, grant);
      bySession.computeIfAbsent(session, s -> new LinkedHashMap<>()).put(file, file);
    }

    void remove(long file, long session) {
      if (of(file).containsKey(session)) {
        byFile.get(file).remove(session);
        bySession.get(session).remove(file);
        byFile.values().removeIf(Map::isEmpty);
      }
    }

    void reduce(long file, long session, TokenSet left) {
      if (left.isEmpty()) {
        remove(file, session);
      } else {
        put(file, session, new Grant(left, of(file).get(session).number()));
      }
    }
  }

  private SplittableRandom random;
  private PageStore pages;
  private TokenTable table;
  private Model model;
  private int files;
  private int sessions;
  private int pageBytes;

  @ParameterizedTest
  @ValueSource(ints = {512, 1_024, 65_536})
  void shouldAgreeWithMaps(int bytes) {
    for (int seed = 0; seed < SEEDS; seed++) {
      begin(seed, bytes);
      for (int step = 0; step < STEPS; step++) {
        step(seed, step);
      }
      compareAll();
      end();
    }
  }

  private void begin(int seed, int bytes) {
    pageBytes = bytes;
    random = new SplittableRandom(seed);
    pages = new PageStore(PageTag.of("vs"), pageBytes, 100_000);
    table = new TokenTable(pages, 10);
    model = new Model();
    files = 1 << random.nextInt(11);
    sessions = 1 << random.nextInt(9);
  }

  private void step(int seed, int step) {
    long file = random.nextInt(files) + 1L;
    long session = random.nextInt(sessions) + 1L;
    TokenSet tokens = tokens();
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> model.put(file, session, table.grant(file, session, tokens));
      case 4, 5 -> claim(file, session, tokens);
      case 6 -> release(file, session, tokens);
      case 7 -> restrict(file, session, tokens);
      case 8 -> {
        table.drop(file, session);
        model.remove(file, session);
      }
      default -> {
        if (random.nextInt(50) == 0) {
          dropSession(session);
        }
      }
    }
    compare("seed %d, step %d".formatted(seed, step), file, session, tokens());
  }

  private TokenSet tokens() {
    return switch (random.nextInt(5)) {
      case 0 -> TokenSet.NONE;
      case 1 -> TokenSet.WRITER;
      case 2 -> new TokenSet(random.nextLong() & ALL);
      default -> TokenSet.READER;
    };
  }

  private void claim(long file, long session, TokenSet tokens) {
    long number = random.nextLong();
    table.claim(file, session, tokens, number);
    if (!tokens.isEmpty()) {
      model.put(file, session, new Grant(tokens, number));
    }
  }

  private void release(long file, long session, TokenSet tokens) {
    Grant grant = model.of(file).get(session);
    long number = grant == null ? 0 : grant.number() - random.nextInt(2);
    boolean expected = grant != null && number == grant.number();
    assertEquals(expected, table.release(file, session, tokens, number));
    if (expected) {
      model.reduce(file, session, grant.tokens().minus(tokens));
    }
  }

  private void restrict(long file, long session, TokenSet kept) {
    table.restrict(file, session, kept);
    Grant grant = model.of(file).get(session);
    if (grant != null) {
      model.reduce(file, session, grant.tokens().and(kept));
    }
  }

  private void dropSession(long session) {
    List<Long> dropped = new ArrayList<>();
    table.dropSession(session, dropped::add);
    assertEquals(model.filesOf(session), dropped);
    dropped.forEach(file -> model.remove(file, session));
  }

  private void compare(String where, long file, long session, TokenSet wanted) {
    Map<Long, Grant> expected = model.of(file);
    Map<Long, Grant> holders = new LinkedHashMap<>();
    table.forHolders(file, (holder, held, number) -> holders.put(holder, new Grant(held, number)));
    assertEquals(List.copyOf(expected.entrySet()), List.copyOf(holders.entrySet()), where);
    Optional<Grant> own = Optional.ofNullable(expected.get(session));
    assertEquals(own, table.grantOf(file, session), where);
    assertEquals(own.map(Grant::tokens).orElse(TokenSet.NONE), table.held(file, session), where);
    long others = 0;
    List<Long> against = new ArrayList<>();
    for (Map.Entry<Long, Grant> holder : expected.entrySet()) {
      if (holder.getKey() != session) {
        others |= holder.getValue().tokens().bits();
        if (!holder.getValue().tokens().conflictsWith(wanted).isEmpty()) {
          against.add(holder.getKey());
        }
      }
    }
    assertEquals(new TokenSet(others), table.heldByOthers(file, session), where);
    assertEquals(against, table.holdersAgainst(file, session, wanted), where);
    assertEquals(!against.isEmpty(), table.isHeldAgainst(file, session, wanted), where);
    boolean open =
        expected.values().stream()
            .anyMatch(grant -> grant.tokens().has(TokenKind.EXIST, TokenLevel.READ));
    assertEquals(open, table.isOpen(file), where);
    assertEquals(model.byFile.size(), table.openFiles(), where);
    assertEquals(model.filesOf(session).size(), table.openFiles(session), where);
  }

  private void compareAll() {
    for (long session = 1; session <= sessions; session++) {
      List<Long> found = new ArrayList<>();
      table.forFiles(session, found::add);
      assertEquals(model.filesOf(session), found);
    }
    for (long file = 1; file <= files; file++) {
      compare("at the end", file, 1, TokenSet.WRITER);
    }
  }

  /** Of an empty table only the indexes stay: buckets for what there was at the same time. */
  private void end() {
    for (long session = 1; session <= sessions; session++) {
      dropSession(session);
    }
    assertEquals(0, table.openFiles());
    long most = Math.min((long) files * sessions, STEPS);
    long index = (long) pages.usedPages() * (pageBytes - HEADER_BYTES);
    long parts = 2L * (pageBytes - HEADER_BYTES);
    assertTrue(index <= (most + sessions) * BUCKETS_BYTES + parts, pages.usedPages() + " pages");
  }
}
