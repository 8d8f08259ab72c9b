package io.leat.coordination.zk;

import io.leat.coordination.ChangeListener;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.OwnerRecord;
import io.leat.coordination.Ownership;
import io.leat.coordination.OwnershipConflictException;
import io.leat.coordination.Subscription;
import java.util.Objects;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * {@link Ownership} by compare-and-set on the data version of the owner's node. Every claim writes
 * a mark of its own, so that reading back after a lost connection tells this claim from any other,
 * even of the same owner under the same epoch.
 */
final class CuratorOwnership implements Ownership {

  private static final String CLAIM = "claim";

  private final ZooKeeperCalls calls;
  private final CuratorFramework curator;
  private final CellPaths paths;
  private final Watches watches;

  CuratorOwnership(ZooKeeperCalls calls, CellPaths paths, Watches watches) {
    this.calls = calls;
    this.curator = calls.curator();
    this.paths = paths;
    this.watches = watches;
  }

  @Override
  public Optional<OwnerRecord> read(String virtualServer) throws CoordinationException {
    return decode(calls.readLatest(paths.owner(virtualServer)));
  }

  @Override
  public OwnerRecord claim(
      String virtualServer,
      String owner,
      String address,
      long epoch,
      Optional<OwnerRecord> expected)
      throws CoordinationException {
    Objects.requireNonNull(expected, "expected");
    String path = paths.owner(virtualServer);
    String writeId = calls.nextWriteId(path);
    OwnerRecord wanted = new OwnerRecord(owner, epoch, address, writeId);
    Optional<Node> found = calls.readLatest(path);
    Optional<OwnerRecord> current = decode(found);
    if (!current.equals(expected) || current.filter(r -> r.epoch() >= epoch).isPresent()) {
      throw new OwnershipConflictException(virtualServer, owner, epoch, current);
    }
    byte[] content = RecordCodec.encodeOwner(path, owner, epoch, address, writeId);
    ZooKeeperCalls.Call<Node> change =
        found.isPresent()
            ? () -> replace(path, content, found.get().stat().getVersion())
            : () -> create(path, content);
    return claim(virtualServer, path, wanted, change);
  }

  @Override
  public Subscription watch(String virtualServer, ChangeListener<Optional<OwnerRecord>> listener) {
    String path = paths.owner(virtualServer);
    return watches.feed(path, false, () -> decode(calls.read(path)), listener);
  }

  /** Makes the change; {@code wanted} holds the mark of this claim in place of a version. */
  private OwnerRecord claim(
      String virtualServer, String path, OwnerRecord wanted, ZooKeeperCalls.Call<Node> change)
      throws CoordinationException {
    try {
      return RecordCodec.decodeOwner(calls.write(CLAIM, path, wanted.version(), change));
    } catch (NodeStateException e) {
      if (e.is(KeeperException.Code.NONODE)
          && calls.readLatest(paths.virtualServer(virtualServer)).isEmpty()) {
        throw new CoordinationException(
            "Cannot claim " + path + ": there is no such virtual server. Create it first.", e);
      }
      OwnershipConflictException conflict =
          new OwnershipConflictException(
              virtualServer, wanted.owner(), wanted.epoch(), decode(calls.readLatest(path)));
      conflict.initCause(e);
      throw conflict;
    }
  }

  private Node create(String path, byte[] content) throws Exception {
    Stat stat = new Stat();
    curator.create().storingStatIn(stat).forPath(path, content);
    return new Node(path, content, stat);
  }

  private Node replace(String path, byte[] content, int version) throws Exception {
    Stat stat = curator.setData().withVersion(version).forPath(path, content);
    return new Node(path, content, stat);
  }

  private static Optional<OwnerRecord> decode(Optional<Node> node) throws CoordinationException {
    return node.isPresent() ? Optional.of(RecordCodec.decodeOwner(node.get())) : Optional.empty();
  }
}
