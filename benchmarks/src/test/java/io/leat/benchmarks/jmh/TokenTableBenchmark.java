package io.leat.benchmarks.jmh;

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

/** The server's table of tokens, with files that each have three readers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TokenTableBenchmark {
  private static final int READERS = 3;
  private static final long SESSION = 1;
  private static final long SEED = 42;

  @Param({"1000", "1000000"})
  public int files;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private TokenTable table;

  @Setup
  public void fill() {
    table = new TokenTable(0);
    for (long file = 0; file < files; file++) {
      for (long session = SESSION; session < SESSION + READERS; session++) {
        var unused = table.grant(file, session, TokenSet.READER);
      }
    }
  }

  private long file() {
    return random.nextInt(files);
  }

  @Benchmark
  public TokenSet held() {
    return table.held(file(), SESSION);
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
}
