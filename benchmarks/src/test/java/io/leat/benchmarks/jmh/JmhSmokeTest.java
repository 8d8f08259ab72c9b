package io.leat.benchmarks.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The benchmarks run, here and for some milliseconds each; what they measure is not looked at. The
 * one that needs a cell, which has ports, runs on the local file system alone.
 */
class JmhSmokeTest {
  private static final TimeValue BRIEF = TimeValue.milliseconds(10);

  private static Set<String> run(ChainedOptionsBuilder chosen) throws RunnerException {
    return new Runner(
            chosen
                .forks(0)
                .threads(1)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(BRIEF)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build())
        .run().stream()
            .map(result -> result.getPrimaryResult().getLabel())
            .collect(Collectors.toSet());
  }

  private static ChainedOptionsBuilder include(Class<?> benchmark) {
    return new OptionsBuilder().include(benchmark.getName());
  }

  @Test
  void shouldRunTokenTable() throws RunnerException {
    assertEquals(
        Set.of("held", "isHeldAgainst", "holdersAgainst", "grantAndRelease", "releaseAndGrant"),
        run(include(TokenTableBenchmark.class).param("files", "1000")));
  }

  @Test
  void shouldRunLayout() throws RunnerException {
    assertEquals(Set.of("lookUp"), run(include(LayoutBenchmark.class)));
  }

  @Test
  void shouldRunCodec() throws RunnerException {
    assertEquals(
        Set.of(
            "encodeGetStatusRequest",
            "decodeGetStatusRequest",
            "encodeGetStatusReply",
            "decodeGetStatusReply",
            "encodeListing",
            "decodeListing"),
        run(include(CodecBenchmark.class)));
  }

  @Test
  void shouldRunImage() throws RunnerException {
    assertEquals(
        Set.of("get", "putAndCommit", "createInBatch", "scan1000"),
        run(include(ImageBenchmark.class).param("entries", "1000")));
  }

  @Test
  void shouldRunJournal() throws RunnerException {
    assertEquals(
        Set.of("append", "newest"),
        run(include(JournalBenchmark.class).param("payloadBytes", "500")));
  }

  @Test
  void shouldRunVolumeReads() throws RunnerException {
    assertEquals(
        Set.of("volume", "channel"),
        run(include(VolumeReadBenchmark.class).param("bytes", "4096")));
  }

  @Test
  void shouldRunStreamReads() throws RunnerException {
    assertEquals(
        Set.of("positional", "sequential"),
        run(include(StreamReadBenchmark.class).param("system", "FILE").param("bytes", "4096")));
  }
}
