package io.leat.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class JsonReportTest {

  @Test
  void shouldHoldMachineResultsAndRatios() throws Exception {
    JsonNode document =
        new ObjectMapper().readTree(JsonReport.of(SampleResults.make(), SampleResults.MACHINE));

    assertEquals("abc", document.get("commit").asText());
    assertEquals(
        new ObjectMapper().readTree("{\"cpus\":2,\"memoryGiB\":24.0,\"java\":\"17.0.15\"}"),
        document.get("machine"));
    assertEquals("3.5.0", document.at("/versions/hadoop").asText());
    assertEquals(4, document.get("results").size());
    assertEquals(
        new ObjectMapper()
            .readTree(
                "{\"metric\":\"seq.read\",\"system\":\"leat\",\"unit\":\"MB/s\",\"median\":20.0,"
                    + "\"min\":10.0,\"max\":30.0,\"runs\":3,\"note\":\"first <file>; cached\"}"),
        document.at("/results/0"));
    assertEquals(
        new ObjectMapper().readTree("{\"metric\":\"hsync.p50\",\"other\":\"hdfs\",\"median\":0.5}"),
        document.at("/ratios/1"));
  }

  @Test
  void shouldNotRoundSmallRatiosAway() {
    Results results = new Results("leat");
    results.add(SampleResults.TIME, "leat", 3_000);
    results.add(SampleResults.TIME, "file", 0.3);

    String json = JsonReport.of(results, SampleResults.MACHINE);

    assertTrue(json.contains("\"median\": 1.0E-4"), json);
  }
}
