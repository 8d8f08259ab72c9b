package io.leat.benchmarks.jmh;

import io.leat.mds.page.PageStore;
import io.leat.mds.page.PageTag;
import io.leat.mds.token.TokenTable;
import io.leat.model.TokenSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The server's table of tokens, with files that each have three readers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TokenTableBenchmark {
  private static final int READERS = 3;
  private static final long SESSION = 1;
  private static final long SEED = 42;

  /** Above what the table needs with most files. */
  private static final int PAGES_MAX = 8_192;

  @Param({"1000", "50000", "1000000"})
  public int files;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private PageStore pages;
  private TokenTable table;

  @Setup
  public void fill() {
    pages = new PageStore(PageTag.of("demo"), PageStore.PAGE_BYTES, PAGES_MAX);
    table = new TokenTable(pages, 0);
    for (long file = 0; file < files; file++) {
      for (long session = SESSION; session < SESSION + READERS; session++) {
        var unused = table.grant(file, session, TokenSet.READER);
      }
    }
  }

  @TearDown
  public void close() {
    pages.close();
  }

  private long file() {
    return random.nextInt(files);
  }

  @Benchmark
  public TokenSet held() {
    return table.held(file(), SESSION);
  }

  @Benchmark
  public boolean isHeldAgainst() {
    return table.isHeldAgainst(file(), SESSION, TokenSet.WRITER);
  }

  @Benchmark
  public List<Long> holdersAgainst() {
    return table.holdersAgainst(file(), SESSION, TokenSet.WRITER);
  }

  /** A file that nobody has open is opened and closed. */
  @Benchmark
  public boolean grantAndRelease() {
    long file = files + file();
    TokenTable.Grant grant = table.grant(file, SESSION, TokenSet.READER);
    return table.release(file, SESSION, TokenSet.READER, grant.number());
  }

  /** One of the readers of any file gives it back, and opens it again. */
  @Benchmark
  public TokenTable.Grant releaseAndGrant() {
    long file = file();
    table.drop(file, SESSION);
    return table.grant(file, SESSION, TokenSet.READER);
  }
}
