package io.leat.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.model.FileAccess.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The matrix of accesses and tokens. */
final class FileAccessTest {

  private static final Path PROTOCOL = Path.of("..", "docs", "protocol.md");

  /** A table's rows, whose first column is the name of an access. */
  private static List<String> documented() throws IOException {
    try (Stream<String> lines = Files.lines(PROTOCOL)) {
      return lines
          .dropWhile(line -> !line.startsWith("| access |"))
          .skip(2)
          .takeWhile(line -> line.startsWith("|"))
          .toList();
    }
  }

  private static String row(FileAccess access) {
    return "| `%s` | %s | %s |"
        .formatted(
            access,
            access.way() == Way.HELD ? "held" : "asked back",
            access.tokens().isEmpty() ? "none" : text(access.tokens()));
  }

  private static String text(TokenSet tokens) {
    List<String> levels = new ArrayList<>();
    for (TokenLevel level : TokenLevel.values()) {
      String kinds =
          Stream.of(TokenKind.values())
              .filter(kind -> tokens.has(kind, level))
              .map(TokenKind::toString)
              .collect(Collectors.joining(", "));
      if (!kinds.isEmpty()) {
        levels.add(kinds + " at " + level);
      }
    }
    return String.join("; ", levels);
  }

  @Test
  void shouldStandInTheDocumentAsItIs() throws IOException {
    assertEquals(Stream.of(FileAccess.values()).map(FileAccessTest::row).toList(), documented());
  }

  /** Who reads by himself knows of every change before it happens. */
  @Test
  void shouldAskBackFromReadersWhatChangesWhatTheyRead() {
    for (FileAccess change :
        List.of(FileAccess.APPEND, FileAccess.TRUNCATE, FileAccess.CONCATENATE)) {
      assertEquals(
          FileAccess.READ.tokens().minus(FileAccess.READ_SNAPSHOT.tokens()),
          FileAccess.READ.tokens().conflictsWith(change.tokens()),
          change.toString());
    }
  }

  /** Every change conflicts with what is remembered of what it changes. */
  @Test
  void shouldAskBackFromWhoRemembersWhatChangesIt() {
    for (FileAccess change : FileAccess.values()) {
      if (change.way() == Way.ASKED_BACK) {
        assertEquals(
            false,
            FileAccess.LOOK.tokens().conflictsWith(change.tokens()).isEmpty(),
            change.toString());
      }
    }
  }

  @Test
  void shouldLeaveSnapshotsAlone() {
    for (FileAccess change : FileAccess.values()) {
      assertEquals(
          TokenSet.NONE,
          FileAccess.READ_SNAPSHOT.tokens().conflictsWith(change.tokens()),
          change.toString());
    }
  }
}
