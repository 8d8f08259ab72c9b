package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cli.ChildServer;
import io.leat.mds.cli.ServerQuery;
import io.leat.wire.proto.MemberDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cell is brought to a later version, server by server, under load from clients of both versions;
 * an older server takes over from a newer one on the way. The versions differ in messages on the
 * wire and in the journal ({@link NextBuild}).
 */
class RollingUpgradeIT {

  private static final int SERVERS = 2;
  private static final String THIS_CLASS_PATH = System.getProperty("java.class.path");

  @TempDir Path directory;

  private LoadedCell loaded;
  private WorkloadProcess nextClient;
  private String next;

  @AfterEach
  void stop() throws Exception {
    if (nextClient != null) {
      nextClient.close();
    }
    if (loaded != null) {
      loaded.close();
    }
  }

  private String leat(int expectedCode, String... words) {
    return ManyServers.leat(server(SERVERS), expectedCode, words);
  }

  private ChildServer server(int number) {
    return loaded.cell().server("mds" + number);
  }

  /** Stops a server in order, and starts it with another version. */
  private void change(ChildServer server, String classPath) throws Exception {
    server.stop();
    loaded.cell().awaitMembers(SERVERS - 1);
    server.use(classPath);
    server.start();
    loaded.cell().awaitMembers(SERVERS);
  }

  /** Lets a server own what was another's. */
  private void own(ChildServer server) throws Exception {
    if (!loaded.cell().ownerRecord().owner().equals(server.name())) {
      loaded.cell().awaitReady(server.name());
      leat(0, "vs", "takeover", ManyServers.VIRTUAL_SERVER, "--by", server.name());
    }
    long unused = loaded.steady().awaitNextCall();
  }

  private List<String> levels() throws IOException {
    try (ServerQuery query = ServerQuery.connect(server(SERVERS).address())) {
      return query.server().getMembersList().stream().map(RollingUpgradeIT::levels).toList();
    }
  }

  private static String levels(MemberDescription member) {
    return member.getMds() + " " + member.getLevelMin() + "-" + member.getLevelMax();
  }

  @Test
  void shouldServeThroughAnUpgradeAndRefuseOlderSoftwareAfterIt() throws Exception {
    next = NextBuild.classPath(directory.resolve("next"));
    loaded = new LoadedCell(directory, SERVERS, 0, 1);
    nextClient = new WorkloadProcess(loaded.cell().addresses(), "/tmp/next", 2, next);
    nextClient.awaitReady();

    change(server(1), next);
    own(server(1)); // the next version serves, and an older one stands by
    own(server(2)); // the way back is open: it goes on with what the next version has written
    assertEquals(List.of("mds1 1-2", "mds2 1-1"), levels());
    String early = leat(1, "vs", "upgrade", ManyServers.VIRTUAL_SERVER);
    assertTrue(early.contains("is at level 1") && early.contains("mds2"), early);

    change(server(2), next);
    String upgraded = leat(0, "vs", "upgrade", ManyServers.VIRTUAL_SERVER);
    assertTrue(upgraded.contains("was at level 1 and is at level 2"), upgraded);
    own(server(2));
    server(1).stop();
    server(1).use(THIS_CLASS_PATH);
    IOException refused = assertThrows(IOException.class, () -> server(1).start());
    assertTrue(
        refused.getMessage().contains("is at level 2, and this software knows levels 1-1"),
        refused.getMessage());
    long operations = loaded.finish() + nextClient.finish().operations();
    System.out.printf("RollingUpgradeIT: %d operations, each as acknowledged%n", operations);
  }
}
