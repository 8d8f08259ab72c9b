package io.leat.mds.server;

import io.leat.coordination.ChangeListener;
import io.leat.coordination.ConflictException;
import io.leat.coordination.ConnectionState;
import io.leat.coordination.Coordination;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.MemberInfo;
import io.leat.coordination.OwnerRecord;
import io.leat.coordination.Subscription;
import io.leat.coordination.VirtualServerConfig;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.mds.takeover.Balance;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The virtual servers of the cell, as this server takes part in them: follows the cell's list,
 * begins to stand by for those that it is a candidate for, and ends that for those that are
 * stopped. The first member by name also balances them ({@link Balance}).
 *
 * <p>Works on a thread of its own. While the name service is away, everything stays as it is.
 */
final class Roster implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Roster.class);

  /** How often what has failed is tried again, and the balance is looked at. */
  private static final long LOOK_MILLIS = 1_000;

  /** Who is told that a virtual server is stopped gives everything up; so this has to be new. */
  private static final long FRESH_MILLIS = 3 * LOOK_MILLIS;

  private static final long CLOSE_SECONDS_MAX = 60;

  private final MdsConfig config;
  private final Coordination coordination;
  private final MdsService service;
  private final Function<VirtualServerStorage, VirtualServerHost> hosts;
  private final ScheduledThreadPoolExecutor thread;
  private Subscription watch;

  /** What failed, so that each is told once. The thread's. */
  private final Map<String, String> failures = new HashMap<>();

  /** Hosts that are on their way out. */
  private final Set<String> ending = ConcurrentHashMap.newKeySet();

  private volatile boolean looked;

  /** When the last look that succeeded began. */
  private volatile long lookedNanos =
      System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(FRESH_MILLIS);

  private volatile List<VirtualServerConfig> known = List.of();
  private volatile List<MemberInfo> members = List.of();
  private volatile Map<String, OwnerRecord> elsewhere = Map.of();

  /**
   * @param hosts makes the host of a virtual server, not started yet
   */
  Roster(
      MdsConfig config,
      Coordination coordination,
      MdsService service,
      Function<VirtualServerStorage, VirtualServerHost> hosts) {
    this.config = config;
    this.coordination = coordination;
    this.service = service;
    this.hosts = hosts;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "leat-roster");
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Follows the cell's list from now on. */
  void start() {
    var unused = thread.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    watch = coordination.virtualServers().watch(new ListListener());
  }

  private final class ListListener implements ChangeListener<List<VirtualServerConfig>> {

    @Override
    public void changed(List<VirtualServerConfig> all) {
      thread.execute(Roster.this::look);
    }

    @Override
    public void failed(CoordinationException failure) {
      LOG.warn("The cell's virtual servers cannot be read", failure);
    }
  }

  /** Runs a task in between. */
  void execute(Runnable task) {
    thread.execute(task);
  }

  /** The members of the cell, as last heard. */
  List<MemberInfo> members() {
    return members;
  }

  /** The virtual servers of the cell, as last heard. */
  List<VirtualServerConfig> known() {
    return known;
  }

  /** Who owns a virtual server that this server is no candidate for. */
  Optional<OwnerRecord> elsewhere(String virtualServer) {
    return Optional.ofNullable(elsewhere.get(virtualServer));
  }

  /** Whether a virtual server without a host here may be about to have one. */
  boolean isAwaited(String virtualServer) {
    return !looked
        || known.stream()
            .anyMatch(
                one ->
                    one.name().equals(virtualServer)
                        && one.started()
                        && one.candidates().contains(config.name()));
  }

  /** Whether a virtual server was taken out of service, as was seen just now. */
  boolean isStopped(String virtualServer) {
    return System.nanoTime() - lookedNanos < TimeUnit.MILLISECONDS.toNanos(FRESH_MILLIS)
        && known.stream().anyMatch(one -> one.name().equals(virtualServer) && !one.started());
  }

  private void look() {
    if (coordination.connectionState() != ConnectionState.CONNECTED) {
      return;
    }
    try {
      long began = System.nanoTime();
      known = coordination.virtualServers().list();
      lookedNanos = began;
      members = coordination.membership().members();
      known.forEach(this::takePart);
      elsewhere = owners();
      looked = true;
      balance();
    } catch (CoordinationException e) {
      LOG.info("The cell's virtual servers are looked at later: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("The cell's virtual servers could not be looked at", e);
    }
  }

  private Map<String, OwnerRecord> owners() throws CoordinationException {
    Map<String, OwnerRecord> owners = new HashMap<>();
    for (VirtualServerConfig one : known) {
      if (service.host(one.name()) == null && one.started()) {
        coordination
            .ownership()
            .read(one.name())
            .filter(owner -> !owner.owner().equals(config.name()))
            .ifPresent(owner -> owners.put(one.name(), owner));
      }
    }
    return Map.copyOf(owners);
  }

  private void takePart(VirtualServerConfig entry) {
    String name = entry.name();
    VirtualServerHost host = service.host(name);
    boolean wanted = entry.started() && entry.candidates().contains(config.name());
    try {
      if (host != null && !wanted) {
        end(host);
      } else if (host == null && wanted && !ending.contains(name)) {
        begin(entry);
      }
      failures.remove(name);
    } catch (IOException | RuntimeException e) {
      if (!String.valueOf(e.getMessage())
          .equals(failures.put(name, String.valueOf(e.getMessage())))) {
        LOG.error("{}: cannot be served here; trying again every {} ms", name, LOOK_MILLIS, e);
      }
    }
  }

  private void begin(VirtualServerConfig entry) throws IOException {
    VirtualServerHost host = hosts.apply(storage(entry));
    host.startUnattended(service.address());
    service.add(host);
    LOG.info("{}: {} stands by", entry.name(), config.name());
  }

  /** As it is configured here, else as it stands on the storage. */
  private VirtualServerStorage storage(VirtualServerConfig entry) throws IOException {
    Optional<VirtualServerStorage> configured =
        config.virtualServers().stream().filter(one -> one.name().equals(entry.name())).findFirst();
    if (configured.isPresent()) {
      return configured.get();
    }
    MetadataPointer pointer =
        MetadataPointer.parse(entry.pointer())
            .orElseThrow(() -> new IOException("its metadata stands in '" + entry.pointer() + "'"));
    return VirtualServerDefinition.read(entry.name(), pointer)
        .storage(pointer.paths(), config.home());
  }

  /** On a thread of its own, for it may be stuck in something. */
  private void end(VirtualServerHost host) {
    ending.add(host.name());
    service.remove(host);
    host.leave();
    Thread ender = new Thread(() -> finish(host), "leat-end-" + host.name());
    ender.setDaemon(true);
    ender.start();
  }

  private void finish(VirtualServerHost host) {
    try {
      host.awaitResigned();
      host.close();
      LOG.info("{}: not served by {} any more", host.name(), config.name());
    } catch (IOException | RuntimeException e) {
      LOG.error("{}: did not end in order", host.name(), e);
    } finally {
      ending.remove(host.name());
    }
  }

  /** Every change is a compare-and-set, so two who believe to be the first do no harm. */
  private void balance() throws CoordinationException {
    List<String> names = members.stream().map(MemberInfo::name).sorted().toList();
    if (names.isEmpty() || !names.get(0).equals(config.name())) {
      return;
    }
    for (VirtualServerConfig changed : Balance.changes(known, names)) {
      try {
        VirtualServerConfig unused = coordination.virtualServers().update(changed);
        LOG.info("{}: candidates are {} now", changed.name(), changed.candidates());
      } catch (ConflictException e) {
        LOG.debug("{}: balanced later", changed.name(), e);
      }
    }
  }

  /** Follows no more; hosts stay as they are. */
  @Override
  public void close() throws IOException {
    if (watch != null) {
      watch.close();
    }
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
        LOG.warn("The roster is still busy {} s after it was told to end", CLOSE_SECONDS_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the roster ended", e);
    }
  }
}
