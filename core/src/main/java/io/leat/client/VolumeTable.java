package io.leat.client;

import io.leat.client.engine.ClientEngine;
import io.leat.volume.Volume;
import io.leat.volume.Volumes;
import io.leat.wire.proto.VolumeDescription;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The volumes that this process has open, by their ids. A volume is opened at its first use, where
 * the configuration says, else where the server says, and only if its header names the right UUID.
 */
final class VolumeTable implements Closeable {

  /** Opens what stands at a path and has this UUID. */
  @FunctionalInterface
  interface Opener {

    /** Files and block devices of this host. */
    Opener OF_HOST = (path, uuid, direct) -> Volumes.open(path, uuid, direct, false);

    Volume open(Path path, UUID uuid, boolean direct) throws IOException;
  }

  private final ClientEngine engine;
  private final Map<String, String> paths;
  private final Opener opener;
  private final Map<Integer, Volume> open = new ConcurrentHashMap<>();
  private boolean closed;

  /**
   * A table with nothing open.
   *
   * @param paths where volumes stand on this host, by name
   */
  VolumeTable(ClientEngine engine, Map<String, String> paths, Opener opener) {
    this.opener = opener;
    this.engine = engine;
    this.paths = paths;
  }

  /** The volume with this id. */
  Volume get(int id) throws IOException {
    Volume volume = open.get(id);
    return volume == null ? open(id) : volume;
  }

  private synchronized Volume open(int id) throws IOException {
    if (closed) {
      throw new IOException("The client is closed");
    }
    Volume volume = open.get(id);
    if (volume == null) {
      volume = open(describe(id));
      open.put(id, volume);
    }
    return volume;
  }

  private VolumeDescription describe(int id) throws IOException {
    return engine.volumes().stream()
        .filter(volume -> volume.getId() == id)
        .findFirst()
        .orElseThrow(() -> new IOException("The metadata server has not told of volume " + id));
  }

  private Volume open(VolumeDescription description) throws IOException {
    String path = paths.getOrDefault(description.getName(), description.getPath());
    ByteBuffer uuid = description.getUuid().asReadOnlyByteBuffer();
    try {
      return opener.open(
          Path.of(path), new UUID(uuid.getLong(), uuid.getLong()), description.getDirect());
    } catch (IOException e) {
      throw new IOException(
          "Volume %s cannot be opened at %s (set fs.leat.path.%s to where it stands on this host): %s"
              .formatted(description.getName(), path, description.getName(), e.getMessage()),
          e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    IOException failure = null;
    for (Volume volume : open.values()) {
      try {
        volume.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    open.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
