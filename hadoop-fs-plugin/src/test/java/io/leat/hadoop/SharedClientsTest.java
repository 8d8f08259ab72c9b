package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.client.ClientConfig;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedClientsTest {

  private static final ClientConfig CONFIG = ClientConfig.of(List.of("mds:1"));

  private final SharedClients<Client> clients = new SharedClients<>((config, name) -> new Client());

  private static final class Client implements Closeable {
    private boolean closed;

    @Override
    public void close() {
      assertFalse(closed, "closed twice");
      closed = true;
    }
  }

  @Test
  void shouldShareAClientUntilTheLastUserLeaves() throws IOException {
    SharedClients<Client>.Use first = clients.acquire(CONFIG, "demo");
    SharedClients<Client>.Use second = clients.acquire(CONFIG, "demo");

    assertSame(first.client(), second.client());
    first.close();
    first.close();
    assertFalse(first.client().closed);
    second.close();
    assertTrue(first.client().closed);
    assertEquals(0, clients.size());
  }

  @Test
  void shouldConnectAgainWhenAllHaveLeft() throws IOException {
    SharedClients<Client>.Use first = clients.acquire(CONFIG, "demo");
    first.close();

    assertNotSame(first.client(), clients.acquire(CONFIG, "demo").client());
  }

  @Test
  void shouldNotShareAcrossServersOrSettings() throws IOException {
    SharedClients<Client>.Use demo = clients.acquire(CONFIG, "demo");

    assertNotSame(demo.client(), clients.acquire(CONFIG, "other").client());
    assertNotSame(
        demo.client(), clients.acquire(ClientConfig.of(List.of("mds:2")), "demo").client());
    assertEquals(3, clients.size());
  }

  @Test
  void shouldForgetAFailedConnection() {
    SharedClients<Client> failing =
        new SharedClients<>(
            (config, name) -> {
              throw new IOException("no server answers");
            });

    assertThrows(IOException.class, () -> failing.acquire(CONFIG, "demo"));
    assertEquals(0, failing.size());
  }

  @Test
  void shouldCloseWhatIsLeftAtTheEnd() throws IOException {
    SharedClients<Client>.Use use = clients.acquire(CONFIG, "demo");

    clients.closeAll();
    use.close();

    assertTrue(use.client().closed);
  }
}
