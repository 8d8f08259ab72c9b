package io.leat.mds.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ConfigKeyTest {

  @Test
  void shouldStandOnceWhenListed() {
    assertEquals(
        ConfigKey.values().length,
        Arrays.stream(ConfigKey.values()).map(ConfigKey::template).distinct().count());
  }

  @Test
  void shouldMatchAnyVirtualServerWhenTheKeyIsOneOfThose() {
    assertTrue(ConfigKey.VS_IMAGE.matches("leat.vs.demo.image"));
    assertFalse(ConfigKey.VS_IMAGE.matches("leat.vs..image"));
    assertFalse(ConfigKey.VS_IMAGE.matches("leat.vs.demo.image.size"));
    assertFalse(ConfigKey.VS_IMAGE.matches("leat.vs.a.b.image"));
    assertEquals("leat.vs.demo.image.size", ConfigKey.VS_IMAGE_SIZE.of("demo"));
  }

  @Test
  void shouldDescribeRangesInTheUnitsOfTheFile() {
    assertEquals("1s to 300s", ConfigKey.ZOOKEEPER_SESSION_TIMEOUT.range());
    assertEquals("1m to 4t", ConfigKey.IMAGE_SIZE.range());
    assertEquals("true or false", ConfigKey.VOLUME_DIRECT.range());
  }
}
