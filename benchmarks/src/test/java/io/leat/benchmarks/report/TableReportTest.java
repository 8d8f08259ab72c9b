package io.leat.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableReportTest {

  @Test
  void shouldPrintARowPerMetricAndSystem() {
    StringWriter text = new StringWriter();

    TableReport.print(SampleResults.make(), new PrintWriter(text));

    assertTrue(
        text.toString().contains("seq.read   hdfs    MB/s  10.0    5.00  10.0  3.00"),
        text.toString());
  }

  @Test
  void shouldShowDigitsThatSaySomething() {
    assertEquals("12,346", Numbers.of(12_345.6));
    assertEquals("42.1", Numbers.of(42.12));
    assertEquals("1.26", Numbers.of(1.259));
    assertEquals("0.0012", Numbers.of(0.00123));
  }
}
