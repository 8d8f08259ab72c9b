package io.leat.coordination;

import java.util.Objects;
import java.util.Optional;

/** {@link Ownership} of one session with a {@link MemoryCell}. */
final class MemoryOwnership implements Ownership {

  private final MemoryCoordination session;
  private final MemoryCell cell;

  MemoryOwnership(MemoryCoordination session, MemoryCell cell) {
    this.session = session;
    this.cell = cell;
  }

  @Override
  public Optional<OwnerRecord> read(String virtualServer) throws CoordinationException {
    session.checkConnected("read", path(virtualServer));
    return Optional.ofNullable(cell.owners.get(virtualServer));
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
    String path = path(virtualServer);
    OwnerRecord claimed = new OwnerRecord(owner, epoch, address, "m" + cell.nextVersion());
    session.checkConnected("claim", path);
    if (!cell.virtualServers.containsKey(virtualServer)) {
      throw new CoordinationException(
          "Cannot claim " + path + ": there is no such virtual server. Create it first.");
    }
    Optional<OwnerRecord> current = Optional.ofNullable(cell.owners.get(virtualServer));
    if (!current.equals(expected) || current.filter(r -> r.epoch() >= epoch).isPresent()) {
      throw new OwnershipConflictException(virtualServer, owner, epoch, current);
    }
    cell.owners.put(virtualServer, claimed);
    cell.changed();
    return claimed;
  }

  @Override
  public Subscription watch(String virtualServer, ChangeListener<Optional<OwnerRecord>> listener) {
    VirtualServerConfig.requireValidName(virtualServer);
    return session.watch(() -> read(virtualServer), listener);
  }

  private static String path(String virtualServer) {
    return "virtual-servers/" + VirtualServerConfig.requireValidName(virtualServer) + "/owner";
  }
}
