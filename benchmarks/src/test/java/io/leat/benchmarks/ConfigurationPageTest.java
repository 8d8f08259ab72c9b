package io.leat.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.hadoop.LeatKeys;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  /** Parts of keys rather than keys. */
  private static final Set<String> PARTS = Set.of(LeatKeys.PREFIX, LeatKeys.PATH_PREFIX);

  /** Surefire runs in the module's directory. */
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  @Test
  void shouldSayWhatTheCodeSays() throws IOException {
    if (Boolean.getBoolean("leat.docs.write")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, ConfigurationPage.text());
    }
    assertEquals(
        ConfigurationPage.text(),
        Files.readString(PAGE),
        "docs/configuration.md is out of date; dev/gen-docs rewrites it");
  }

  @Test
  void shouldHoldEveryKeyOfTheClient() throws IllegalAccessException {
    Set<String> documented =
        ClientKey.all().stream().map(ClientKey::name).collect(Collectors.toSet());
    for (Field field : LeatKeys.class.getFields()) {
      if (field.getType() == String.class) {
        String key = (String) field.get(null);
        boolean isKey = key.startsWith(LeatKeys.PREFIX) && !PARTS.contains(key);
        assertTrue(!isKey || documented.contains(key), key + " is not documented");
      }
    }
  }
}
