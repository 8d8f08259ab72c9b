package io.leat.client;

import com.google.protobuf.ByteString;
import io.leat.volume.LockFiles;
import io.leat.wire.proto.VolumeDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock files of one client's sessions: with them a metadata server can tell that this process
 * is gone, or has given a session up. Any thread.
 */
final class SessionLocks {

  private static final Logger LOG = LoggerFactory.getLogger(SessionLocks.class);

  /** Pause before a lock file that could not be made is tried again. */
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String virtualServer;
  private final ByteString clientId;
  private final Map<String, String> paths;
  private final Map<Long, LockFiles> held = new HashMap<>();

  /** Sessions whose file could not be made, and when. */
  private final Map<Long, Long> failedNanos = new HashMap<>();

  /**
   * Nothing is held yet.
   *
   * @param paths where volumes stand on this host, by name
   */
  SessionLocks(String virtualServer, ByteString clientId, Map<String, String> paths) {
    this.virtualServer = virtualServer;
    this.clientId = clientId;
    this.paths = paths;
  }

  /**
   * Makes the lock file of a session beside the first volume that takes some; whether it is held.
   */
  synchronized boolean hold(long session, List<VolumeDescription> volumes) {
    if (held.containsKey(session)) {
      return true;
    }
    Optional<VolumeDescription> beside =
        volumes.stream().filter(VolumeDescription::getLockFiles).findFirst();
    if (beside.isEmpty() || failedLately(session)) {
      return false;
    }
    String volume = beside.get().getName();
    try {
      LockFiles files =
          LockFiles.beside(Path.of(paths.getOrDefault(volume, beside.get().getPath())));
      files.lock(name(session));
      held.put(session, files);
      return true;
    } catch (IOException e) {
      if (failedNanos.put(session, System.nanoTime()) == null) {
        LOG.warn(
            "No lock file can be made beside volume {}: should this process be lost, the space it was given is kept from use for a while",
            volume,
            e);
      }
      return false;
    }
  }

  private boolean failedLately(long session) {
    Long failed = failedNanos.get(session);
    return failed != null && System.nanoTime() - failed < RETRY_NANOS;
  }

  /** Nothing that the session was granted is on its way any more. */
  synchronized void release(long session) {
    LockFiles files = held.remove(session);
    failedNanos.remove(session);
    if (files != null) {
      try {
        files.unlock(name(session));
      } catch (IOException e) {
        LOG.warn("The lock file of session {} cannot be deleted", session, e);
      }
    }
  }

  private String name(long session) {
    return LockFiles.name(virtualServer, session, clientId.asReadOnlyByteBuffer());
  }
}
