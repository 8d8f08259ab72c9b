package io.leat.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private final String page = HtmlReport.of(SampleResults.make(), SampleResults.MACHINE);

  @Test
  void shouldNeedNothingButItself() {
    assertFalse(page.contains("http"), page);
    assertFalse(page.contains("<script"), page);
    assertFalse(page.contains("src="), page);
  }

  @Test
  void shouldDrawMediansSpreadsAndRatios() {
    // The greatest value, 30, is 440 wide and starts at 90.
    assertTrue(
        page.contains("<rect class=\"mine\" x=\"90\" y=\"0\" width=\"293.3\" height=\"18\"/>"),
        page);
    assertTrue(
        page.contains("<line class=\"spread\" x1=\"236.7\" x2=\"530.0\" y1=\"9\" y2=\"9\"/>"),
        page);
    assertTrue(page.contains(">20.0<"), page);
    assertTrue(page.contains("10.0  (leat / hdfs 3.00)"), page);
    assertTrue(page.contains("200  (leat / hdfs 0.50)"), page);
  }

  @Test
  void shouldEscapeTexts() {
    assertTrue(page.contains("first &lt;file&gt;"), page);
  }
}
