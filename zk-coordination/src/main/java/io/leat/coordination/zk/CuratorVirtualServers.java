package io.leat.coordination.zk;

import io.leat.coordination.AlreadyExistsException;
import io.leat.coordination.ChangeListener;
import io.leat.coordination.ConflictException;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.Subscription;
import io.leat.coordination.VirtualServerConfig;
import io.leat.coordination.VirtualServers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/** {@link VirtualServers} on the nodes {@code virtual-servers/NAME/config}. */
final class CuratorVirtualServers implements VirtualServers {

  private final ZooKeeperCalls calls;
  private final CuratorFramework curator;
  private final CellPaths paths;
  private final Watches watches;

  CuratorVirtualServers(ZooKeeperCalls calls, CellPaths paths, Watches watches) {
    this.watches = watches;
    this.calls = calls;
    this.curator = calls.curator();
    this.paths = paths;
  }

  @Override
  public VirtualServerConfig create(VirtualServerConfig config) throws CoordinationException {
    String path = paths.config(config.name());
    // Counted before creating: those created at the same moment may exceed the limit by a few.
    if (calls.children(paths.virtualServers()).size() >= MAX_VIRTUAL_SERVERS) {
      throw new CoordinationException(
          "Cannot create " + path + ": the cell has " + MAX_VIRTUAL_SERVERS + " virtual servers.");
    }
    String writeId = calls.nextWriteId(path);
    byte[] content = RecordCodec.encode(path, config, writeId);
    try {
      return RecordCodec.decodeConfig(
          calls.write("create", path, writeId, () -> create(config.name(), content)));
    } catch (NodeStateException e) {
      throw e.is(KeeperException.Code.NODEEXISTS)
          ? new AlreadyExistsException(
              "Cannot create " + path + ": it exists. Choose another name or delete it first.")
          : e;
    }
  }

  @Override
  public Optional<VirtualServerConfig> read(String name) throws CoordinationException {
    return decode(calls.readLatest(paths.config(name)));
  }

  @Override
  public List<VirtualServerConfig> list() throws CoordinationException {
    List<VirtualServerConfig> configs = new ArrayList<>();
    for (String name : calls.children(paths.virtualServers())) {
      // One may be deleted between the listing and the read.
      decode(calls.read(paths.config(name))).ifPresent(configs::add);
    }
    return List.copyOf(configs);
  }

  @Override
  public VirtualServerConfig update(VirtualServerConfig config) throws CoordinationException {
    String path = paths.config(config.name());
    Node node = requireVersion("update", path, config.version());
    String writeId = calls.nextWriteId(path);
    byte[] content = RecordCodec.encode(path, config, writeId);
    try {
      return RecordCodec.decodeConfig(
          calls.write(
              "update", path, writeId, () -> replace(path, content, node.stat().getVersion())));
    } catch (NodeStateException e) {
      throw conflict("update", path, config.version(), "it has changed meanwhile");
    }
  }

  @Override
  public void delete(String name, long version) throws CoordinationException {
    String path = paths.config(name);
    Node node = requireVersion("delete", path, version);
    try {
      calls.call(
          "delete",
          path,
          () -> curator.transaction().forOperations(deletions(name, node.stat().getVersion())));
    } catch (NodeStateException e) {
      // Gone: by this request, whose answer was lost, or by another one for the same version.
      if (calls.readLatest(path).isPresent()) {
        throw conflict("delete", path, version, "it or its owner has changed meanwhile");
      }
    }
  }

  @Override
  public String reserveVolume(String volume, String virtualServer) throws CoordinationException {
    return reserve(
        paths.volume(volume),
        "virtual-server",
        VirtualServerConfig.requireValidName(virtualServer));
  }

  @Override
  public String reserveLane(String area, int lane, String mds) throws CoordinationException {
    return reserve(paths.lane(area, lane), "mds", mds);
  }

  @Override
  public void freeLane(String area, int lane, String mds) throws CoordinationException {
    String path = paths.lane(area, lane);
    Optional<Node> node = calls.readLatest(path);
    if (node.isEmpty() || !TextRecord.decode(path, node.get().content()).get("mds").equals(mds)) {
      return;
    }
    calls.delete(node.get());
  }

  /** Makes a node that stays, unless there is one; what it says now. */
  private String reserve(String path, String key, String holder) throws CoordinationException {
    byte[] content = new TextRecord(path).put(key, holder).encode();
    try {
      String unused =
          calls.call(
              "create",
              path,
              () -> curator.create().creatingParentsIfNeeded().forPath(path, content));
    } catch (NodeStateException e) {
      if (!e.is(KeeperException.Code.NODEEXISTS)) {
        throw e;
      }
    }
    Node node =
        calls
            .readLatest(path)
            .orElseThrow(() -> new CoordinationException("Cannot read " + path + ": it is gone."));
    return TextRecord.decode(path, node.content()).get(key);
  }

  @Override
  public Subscription watch(ChangeListener<List<VirtualServerConfig>> listener) {
    return watches.feed(paths.virtualServers(), true, this::list, listener);
  }

  private Node create(String name, byte[] content) throws Exception {
    String path = paths.config(name);
    curator
        .transaction()
        .forOperations(
            curator.transactionOp().create().forPath(paths.virtualServer(name), new byte[0]),
            curator.transactionOp().create().forPath(path, content));
    Stat stat = new Stat();
    return new Node(path, curator.getData().storingStatIn(stat).forPath(path), stat);
  }

  private Node replace(String path, byte[] content, int version) throws Exception {
    Stat stat = curator.setData().withVersion(version).forPath(path, content);
    return new Node(path, content, stat);
  }

  private List<CuratorOp> deletions(String name, int configVersion) throws Exception {
    List<CuratorOp> deletions = new ArrayList<>();
    deletions.add(
        curator.transactionOp().delete().withVersion(configVersion).forPath(paths.config(name)));
    Optional<Node> owner = calls.read(paths.owner(name));
    if (owner.isPresent()) {
      deletions.add(
          curator
              .transactionOp()
              .delete()
              .withVersion(owner.get().stat().getVersion())
              .forPath(paths.owner(name)));
    }
    deletions.add(curator.transactionOp().delete().forPath(paths.virtualServer(name)));
    return deletions;
  }

  private Node requireVersion(String action, String path, long version)
      throws CoordinationException {
    Optional<Node> node = calls.readLatest(path);
    if (node.isEmpty()) {
      throw conflict(action, path, version, "it does not exist");
    }
    long current = node.get().stat().getMzxid();
    if (current != version) {
      throw conflict(action, path, version, "it has version " + current);
    }
    return node.get();
  }

  private static ConflictException conflict(
      String action, String path, long version, String found) {
    return new ConflictException(
        "Cannot " + action + " " + path + " at version " + version + ": " + found + ". Read it.");
  }

  private static Optional<VirtualServerConfig> decode(Optional<Node> node)
      throws CoordinationException {
    return node.isPresent() ? Optional.of(RecordCodec.decodeConfig(node.get())) : Optional.empty();
  }
}
