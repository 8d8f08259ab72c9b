package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class LeatUriTest {

  private final Configuration conf = new Configuration(false);

  @Test
  void shouldTakeTheAuthorityAsVirtualServer() throws IOException {
    assertEquals(URI.create("leat://demo"), fileSystem("leat://demo/some/path"));
  }

  @Test
  void shouldTakeTheDefaultFileSystemsWhenThereIsNoAuthority() throws IOException {
    conf.set("fs.defaultFS", "leat://home");

    assertEquals(URI.create("leat://home"), fileSystem("leat:///path"));
  }

  @Test
  void shouldRefuseWhenNothingNamesAVirtualServer() {
    conf.set("fs.defaultFS", "hdfs://nn");

    assertRefused("leat:///path", "names no virtual server");
  }

  @Test
  void shouldRefuseAPort() {
    assertRefused("leat://demo:8020/", "write leat://demo/path");
  }

  @Test
  void shouldRefuseUserInformation() {
    assertRefused("leat://me@demo/", "user information");
  }

  @Test
  void shouldRefuseNamesThatAreNoHostNames() {
    assertRefused("leat://my_server/", "no virtual server's name");
  }

  private void assertRefused(String uri, String why) {
    IOException e = assertThrows(IOException.class, () -> fileSystem(uri));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  private URI fileSystem(String uri) throws IOException {
    return LeatUri.fileSystem(URI.create(uri), conf);
  }
}
