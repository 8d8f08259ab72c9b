package io.leat.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobLineTest {

  @Test
  void shouldReadWhatItWrote() {
    for (JobLine line :
        List.of(
            new JobLine.Progress("TeraGen ..."),
            new JobLine.Step("TeraGen", 1_000, 100_000, 12),
            new JobLine.Moved(42),
            new JobLine.Serving("hdfs://127.0.0.1:8020"),
            new JobLine.Value("meta.stat.8", 12.25),
            new JobLine.Note("seq.write", "first file: 12 MB/s"),
            new JobLine.Unsupported("hsync.p50", "no hsync"),
            new JobLine.Wanted("CRASH"),
            new JobLine.Done(),
            new JobLine.Failed("no space left"))) {
      assertEquals(Optional.of(line), JobLine.parse(line.format()));
    }
  }

  @Test
  void shouldLeaveOtherLinesAlone() {
    assertEquals(Optional.empty(), JobLine.parse("Job job_local1 completed"));
  }

  @Test
  void shouldTakeAReportWithNothingButAChecksum() throws IOException {
    assertEquals("7a1f", TeraProof.checksumOf(List.of("checksum\t7a1f")));
  }

  @Test
  void shouldRefuseAReportOfDisorder() {
    List<String> disorder = List.of("checksum\t7a1f", "error\tmisorder in part-r-00000");
    assertThrows(IOException.class, () -> TeraProof.checksumOf(disorder));
    assertThrows(IOException.class, () -> TeraProof.checksumOf(List.of()));
  }
}
