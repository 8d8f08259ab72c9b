package io.leat.mds.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The table of findings in the operations page says what the code does. */
class FindingsPageTest {

  /** Surefire runs in the module's directory. */
  private static final Path PAGE = Path.of("..", "docs", "operations.md");

  private static final String HEADER = "| finding | severity | means | do |";

  /** What a row says, but for what the finding means, which is prose. */
  private record Row(String kind, String severity, String what) {

    static Row parse(String line) {
      List<String> cells = List.of(line.split("\\|", -1));
      assertEquals(6, cells.size(), line);
      return new Row(cells.get(1).strip(), cells.get(2).strip(), cells.get(4).strip());
    }

    static Row of(FindingKind kind) {
      return new Row(
          "`" + kind.name() + "`",
          kind.severity().name().toLowerCase(Locale.ROOT),
          (kind.repairable() ? "repaired: " : "") + kind.repair());
    }
  }

  @Test
  void shouldSayOfEveryKindWhatTheCodeSays() throws IOException {
    List<Row> rows =
        Files.readAllLines(PAGE).stream()
            .dropWhile(line -> !line.equals(HEADER))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(Row::parse)
            .toList();
    assertEquals(Arrays.stream(FindingKind.values()).map(Row::of).toList(), rows);
  }
}
