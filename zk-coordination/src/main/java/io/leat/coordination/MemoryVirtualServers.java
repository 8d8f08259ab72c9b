package io.leat.coordination;

import java.util.List;
import java.util.Optional;

/** {@link VirtualServers} of one session with a {@link MemoryCell}. */
final class MemoryVirtualServers implements VirtualServers {

  private final MemoryCoordination session;
  private final MemoryCell cell;

  MemoryVirtualServers(MemoryCoordination session, MemoryCell cell) {
    this.session = session;
    this.cell = cell;
  }

  @Override
  public VirtualServerConfig create(VirtualServerConfig config) throws CoordinationException {
    String path = path(config.name());
    session.checkConnected("create", path);
    if (cell.virtualServers.containsKey(config.name())) {
      throw new AlreadyExistsException(
          "Cannot create " + path + ": it exists. Choose another name or delete it first.");
    }
    if (cell.virtualServers.size() >= MAX_VIRTUAL_SERVERS) {
      throw new CoordinationException(
          "Cannot create " + path + ": the cell has " + MAX_VIRTUAL_SERVERS + " virtual servers.");
    }
    return store(config);
  }

  @Override
  public Optional<VirtualServerConfig> read(String name) throws CoordinationException {
    session.checkConnected("read", path(name));
    return Optional.ofNullable(cell.virtualServers.get(name));
  }

  @Override
  public List<VirtualServerConfig> list() throws CoordinationException {
    session.checkConnected("list", "virtual-servers");
    return List.copyOf(cell.virtualServers.values());
  }

  @Override
  public VirtualServerConfig update(VirtualServerConfig config) throws CoordinationException {
    checkVersion("update", config.name(), config.version());
    return store(config);
  }

  @Override
  public void delete(String name, long version) throws CoordinationException {
    checkVersion("delete", name, version);
    cell.virtualServers.remove(name);
    cell.owners.remove(name);
    cell.changed();
  }

  @Override
  public String reserveVolume(String volume, String virtualServer) throws CoordinationException {
    session.checkConnected("reserve", "volumes/" + Values.member(volume));
    String holder = cell.volumes.putIfAbsent(volume, Values.virtualServer(virtualServer));
    return holder == null ? virtualServer : holder;
  }

  @Override
  public String reserveLane(String area, int lane, String mds) throws CoordinationException {
    String path = lanePath(area, lane);
    session.checkConnected("reserve", path);
    String holder = cell.lanes.putIfAbsent(path, Values.member(mds));
    return holder == null ? mds : holder;
  }

  @Override
  public void freeLane(String area, int lane, String mds) throws CoordinationException {
    String path = lanePath(area, lane);
    session.checkConnected("free", path);
    cell.lanes.remove(path, mds);
  }

  private static String lanePath(String area, int lane) {
    return "lanes/" + area + "-" + lane;
  }

  @Override
  public Subscription watch(ChangeListener<List<VirtualServerConfig>> listener) {
    return session.watch(this::list, listener);
  }

  private VirtualServerConfig store(VirtualServerConfig config) {
    VirtualServerConfig stored = config.withVersion(cell.nextVersion());
    cell.virtualServers.put(config.name(), stored);
    cell.changed();
    return stored;
  }

  private void checkVersion(String action, String name, long version) throws CoordinationException {
    String path = path(name);
    session.checkConnected(action, path);
    VirtualServerConfig current = cell.virtualServers.get(name);
    if (current == null || current.version() != version) {
      String found = current == null ? "it does not exist" : "it has version " + current.version();
      throw new ConflictException(
          "Cannot " + action + " " + path + " at version " + version + ": " + found + ". Read it.");
    }
  }

  private static String path(String name) {
    return "virtual-servers/" + VirtualServerConfig.requireValidName(name) + "/config";
  }
}
