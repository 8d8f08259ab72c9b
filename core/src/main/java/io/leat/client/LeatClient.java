package io.leat.client;

import com.google.protobuf.ByteString;
import io.leat.client.engine.ClientEngine;
import io.leat.client.engine.EngineConfig;
import io.leat.client.engine.StreamContext;
import io.leat.client.engine.WriteBuffers;
import io.leat.volume.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.function.Function;

/**
 * One process's client of one virtual server: one session, its tokens, layouts and open volumes,
 * shared by all users and threads of the process.
 */
public final class LeatClient implements Closeable {

  private static final int CLIENT_ID_BYTES = 16;

  private final EngineDriver driver;
  private final SessionLocks locks;
  private final VolumeTable volumes;
  private final WriteBuffers writeBuffers;

  private LeatClient(
      ClientConfig config, EngineDriver driver, SessionLocks locks, VolumeTable.Opener opener) {
    this.writeBuffers = new WriteBuffers(config.writeBufferBytes());
    this.driver = driver;
    this.locks = locks;
    this.volumes = new VolumeTable(driver.engine(), config.volumePaths(), opener);
  }

  /**
   * Connects and opens a session.
   *
   * @throws IOException when no server answers in time, none speaks the protocol, or none knows the
   *     virtual server; the message names what was tried and what to do
   */
  public static LeatClient connect(ClientConfig config, String virtualServer) throws IOException {
    return connect(config, virtualServer, VolumeTable.Opener.OF_HOST);
  }

  /** As the other, with volumes that are opened in another way. */
  static LeatClient connect(ClientConfig config, String virtualServer, VolumeTable.Opener opener)
      throws IOException {
    byte[] clientId = new byte[CLIENT_ID_BYTES];
    new SecureRandom().nextBytes(clientId);
    EngineConfig engine =
        new EngineConfig(
            virtualServer,
            config.addresses(),
            ByteString.copyFrom(clientId),
            hostName(),
            config.process(),
            config.connectTimeoutMillis(),
            config.callTimeoutMillis(),
            config.rememberedPathsMax(),
            EngineConfig.CLAIMS_PAGE_DEFAULT);
    SessionLocks locks = new SessionLocks(virtualServer, engine.clientId(), config.volumePaths());
    EngineDriver driver = new EngineDriver(engine, software(), locks::release);
    try {
      driver.call(ClientEngine::start);
      return new LeatClient(config, driver, locks, opener);
    } catch (IOException | RuntimeException e) {
      driver.close();
      throw e;
    }
  }

  private static String software() {
    String version = LeatClient.class.getPackage().getImplementationVersion();
    return "leat/" + (version == null ? "dev" : version);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-host";
    }
  }

  /** The namespace with {@code user}'s permissions; cheap. */
  public ClientNamespace namespace(String user) {
    return new RemoteNamespace(
        user, driver, new ProcessContext(driver, locks, volumes), writeBuffers);
  }

  /** The engine under its lock, and the volumes as this process has opened them. */
  private record ProcessContext(EngineDriver driver, SessionLocks locks, VolumeTable volumes)
      implements StreamContext {

    @Override
    public boolean leaseValid() {
      return driver.engine().leaseValid();
    }

    @Override
    public boolean leaseSeen() {
      return driver.engine().leaseSeen();
    }

    @Override
    public <T> T confined(Function<ClientEngine, T> call) {
      return driver.confined(call);
    }

    @Override
    public void push() {
      driver.push();
    }

    @Override
    public boolean fence(long session) {
      return locks.hold(session, driver.engine().volumes());
    }

    @Override
    public Volume volume(int id) throws IOException {
      return volumes.get(id);
    }
  }

  /** Closes the session. Open readers and writers fail from then on. */
  @Override
  public void close() throws IOException {
    // The session first: closing a volume waits for writes that are stuck, and nobody else may.
    try (volumes) {
      driver.close();
    }
  }
}
