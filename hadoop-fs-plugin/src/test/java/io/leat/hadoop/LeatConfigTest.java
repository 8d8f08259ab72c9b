package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class LeatConfigTest {

  private final Configuration conf = new Configuration(false);

  @Test
  void shouldTakeDefaultsWhenOnlyServersAreNamed() throws IOException {
    conf.set(LeatKeys.MDS_ADDRESSES, "127.0.0.1:4000, mds2:4001");

    LeatConfig config = LeatConfig.parse(conf, "demo");

    assertEquals("demo", config.virtualServer());
    assertEquals(List.of("127.0.0.1:4000", "mds2:4001"), config.client().addresses());
    assertEquals(List.of("localhost", "mds2"), config.hosts());
    assertEquals(LeatKeys.BLOCK_SIZE_BYTES_DEFAULT, config.blockSize());
    assertEquals(LeatKeys.READ_BUFFER_BYTES_DEFAULT, config.reads().buffer());
    assertEquals(FileChecksums.Mode.MD5MD5CRC, config.checksums());
  }

  @Test
  void shouldPreferAVirtualServersOwnAddresses() throws IOException {
    conf.set(LeatKeys.MDS_ADDRESSES, "all:1");
    conf.set("fs.leat.demo.mds.addresses", "own:2");

    assertEquals(List.of("own:2"), LeatConfig.parse(conf, "demo").client().addresses());
    assertEquals(List.of("all:1"), LeatConfig.parse(conf, "other").client().addresses());
  }

  @Test
  void shouldNameBothKeysWhenThereAreNoServers() {
    IOException e = assertThrows(IOException.class, () -> LeatConfig.parse(conf, "demo"));

    assertTrue(e.getMessage().contains("fs.leat.demo.mds.addresses"), e.getMessage());
    assertTrue(e.getMessage().contains("fs.leat.mds.addresses"), e.getMessage());
  }

  @Test
  void shouldReadSizesTimesPathsAndHosts() throws IOException {
    conf.set(LeatKeys.MDS_ADDRESSES, "mds:1");
    conf.set(LeatKeys.READ_BUFFER, "128k");
    conf.set(LeatKeys.CALL_TIMEOUT, "30s");
    conf.set(LeatKeys.PATH_PREFIX + "vol1", " /dev/sdb ");
    conf.set(LeatKeys.HOSTS, "a,b");

    LeatConfig config = LeatConfig.parse(conf, "demo");

    assertEquals(128 << 10, config.reads().buffer());
    assertEquals(30_000, config.client().callTimeoutMillis());
    assertEquals(Map.of("vol1", "/dev/sdb"), config.client().volumePaths());
    assertEquals(List.of("a", "b"), config.hosts());
  }

  @Test
  void shouldNameTheKeyWhenAValueIsOutOfRange() {
    conf.set(LeatKeys.MDS_ADDRESSES, "mds:1");
    conf.set(LeatKeys.CONNECT_TIMEOUT, "5");

    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> LeatConfig.parse(conf, "demo"));

    assertEquals("fs.leat.connect.timeout is 5 ms; it must be 100 to 600000", e.getMessage());
  }

  @Test
  void shouldRefuseAnAddressWithoutPort() {
    conf.set(LeatKeys.MDS_ADDRESSES, "mds");

    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> LeatConfig.parse(conf, "demo"));

    assertTrue(e.getMessage().contains("\"mds\", which is not host:port"), e.getMessage());
  }

  @Test
  void shouldRefuseAnUnknownChecksumMode() {
    conf.set(LeatKeys.MDS_ADDRESSES, "mds:1");
    conf.set(LeatKeys.CHECKSUM_COMBINE_MODE, "SHA");

    assertThrows(IllegalArgumentException.class, () -> LeatConfig.parse(conf, "demo"));
  }
}
