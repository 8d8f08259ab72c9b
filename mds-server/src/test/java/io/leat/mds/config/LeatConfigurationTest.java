package io.leat.mds.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.AreaPaths;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeatConfigurationTest {
  private static final Path HOME = Path.of("/cell");

  private static Configuration least() {
    Configuration configuration = new Configuration(false);
    configuration.set("leat.mds.name", "mds1");
    configuration.set("leat.mds.virtual-servers", "demo");
    return configuration;
  }

  private static String failure(String key, String value) {
    Configuration configuration = least();
    configuration.set(key, value);
    return assertThrows(
            ConfigurationException.class, () -> LeatConfiguration.parse(configuration, HOME))
        .getMessage();
  }

  @Test
  void shouldUseDefaultsWhenOnlyRequiredKeysAreSet() throws IOException {
    LeatConfiguration parsed = LeatConfiguration.parse(least(), HOME);

    assertEquals("127.0.0.1", parsed.mds().bindHost());
    assertEquals(8540, parsed.mds().port());
    assertEquals(20_000, parsed.mds().leaseMillis());
    assertEquals(64, parsed.mds().replySlots());
    assertEquals("", parsed.mds().superuserGroup());
    assertEquals(32L << 30, parsed.volumeBytes());
    assertTrue(parsed.zooKeeper().embedded());
    assertEquals(List.of(), parsed.warnings());
    assertEquals(
        List.of(
            new VirtualServerStorage(
                "demo",
                AreaPaths.of(Path.of("/cell/virtual-servers/demo/metadata")),
                Path.of("/cell/virtual-servers/demo/image"),
                Path.of("/cell/volumes/demo.vol"),
                "demo",
                false,
                4L << 30)),
        parsed.mds().virtualServers());
  }

  @Test
  void shouldReadUnitsWhenValuesHaveThem() throws IOException {
    Configuration configuration = least();
    configuration.set("leat.client.lease", "3s");
    configuration.set("leat.volume.size", "64g");
    configuration.set("leat.zookeeper.session.timeout", "1500ms");

    LeatConfiguration parsed = LeatConfiguration.parse(configuration, HOME);

    assertEquals(3_000, parsed.mds().leaseMillis());
    assertEquals(64L << 30, parsed.volumeBytes());
    assertEquals(1_500, parsed.zooKeeper().sessionTimeoutMillis());
  }

  @Test
  void shouldPreferTheVirtualServersKeyWhenTheGeneralOneIsSetToo() throws IOException {
    Configuration configuration = least();
    configuration.set("leat.mds.virtual-servers", "demo, other");
    configuration.set("leat.volume.direct", "true");
    configuration.set("leat.vs.other.volume.direct", "false");
    configuration.set("leat.image.size", "1g");
    configuration.set("leat.vs.other.image.size", "2g");
    configuration.set("leat.vs.other.volume", "/dev/sdb");

    List<VirtualServerStorage> servers =
        LeatConfiguration.parse(configuration, HOME).mds().virtualServers();

    assertTrue(servers.get(0).direct());
    assertFalse(servers.get(1).direct());
    assertEquals(1L << 30, servers.get(0).imageBytes());
    assertEquals(2L << 30, servers.get(1).imageBytes());
    assertEquals(Path.of("/dev/sdb"), servers.get(1).volume());
  }

  @Test
  void shouldNameKeyValueAndRangeWhenAValueIsBad() {
    assertEquals(
        "leat.client.lease is '1ms', must be 1s to 600s", failure("leat.client.lease", "1ms"));
    assertEquals("leat.mds.port is '65536', must be 0 to 65535", failure("leat.mds.port", "65536"));
    assertEquals("leat.mds.port is 'x', must be 0 to 65535", failure("leat.mds.port", "x"));
    assertEquals("leat.volume.size is '1x', must be 64m to 1p", failure("leat.volume.size", "1x"));
    assertEquals(
        "leat.volume.direct is 'yes', must be true or false", failure("leat.volume.direct", "yes"));
    assertTrue(failure("leat.mds.virtual-servers", "a,a").contains("twice"));
    assertTrue(failure("leat.zookeeper.root", "leat").contains("leat.zookeeper.root"));
  }

  @Test
  void shouldNameTheKeyWhenARequiredOneIsMissing() {
    assertTrue(failure("leat.mds.name", " ").startsWith("leat.mds.name is not set"));
  }

  @Test
  void shouldWarnWithTheNearestKeyWhenOneIsUnknown() throws IOException {
    Configuration configuration = least();
    configuration.set("leat.mds.prt", "1");
    configuration.set("leat.vs.demo.volum", "/x");
    configuration.set("other.key", "1");

    assertEquals(
        List.of(
            "unknown key leat.mds.prt is ignored; the nearest known one is leat.mds.port",
            "unknown key leat.vs.demo.volum is ignored; the nearest known one is"
                + " leat.vs.NAME.volume"),
        LeatConfiguration.parse(configuration, HOME).warnings());
  }

  @Test
  void shouldPreferOverridesAndFillInFallbacksWhenLoaded(@TempDir Path home) throws IOException {
    Path conf = Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        conf.resolve("leat-site.xml"),
        """
        <configuration>
          <property><name>leat.mds.name</name><value>mds1</value></property>
          <property><name>leat.mds.virtual-servers</name><value>demo</value></property>
          <property><name>leat.client.lease</name><value>30s</value></property>
          <property><name>leat.mds.port</name><value>1</value></property>
        </configuration>
        """);

    LeatConfiguration loaded =
        LeatConfiguration.load(
            conf,
            Map.of("leat.client.lease", "5s"),
            Map.of("leat.mds.port", "2", "leat.zookeeper.port", "3"));

    assertEquals(5_000, loaded.mds().leaseMillis());
    assertEquals(1, loaded.mds().port());
    assertEquals(3, loaded.zooKeeper().port());
    assertEquals(home, loaded.home());
  }

  @Test
  void shouldNameTheFileWhenItIsMissingOrNoXml(@TempDir Path home) throws IOException {
    Path conf = Files.createDirectories(home.resolve("conf"));
    String missing =
        assertThrows(
                ConfigurationException.class,
                () -> LeatConfiguration.load(conf, Map.of(), Map.of()))
            .getMessage();
    assertTrue(missing.contains("leat-site.xml") && missing.contains(conf.toString()), missing);

    Files.writeString(conf.resolve("leat-site.xml"), "leat.mds.name=mds1");
    String broken =
        assertThrows(
                ConfigurationException.class,
                () -> LeatConfiguration.load(conf, Map.of(), Map.of()))
            .getMessage();
    assertTrue(broken.contains("leat-site.xml cannot be read"), broken);
  }
}
