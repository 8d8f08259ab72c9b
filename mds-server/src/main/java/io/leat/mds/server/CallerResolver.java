package io.leat.mds.server;

import io.leat.mds.namespace.Caller;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.Groups;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who a user name is: groups by Hadoop's mapping, superuser or not. Lookups may start a
 * process, so they run on a thread of their own; answers are kept for a while.
 */
final class CallerResolver implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(CallerResolver.class);

  /** How long an answer is good for. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(300);

  /** Users kept at most; above it all are forgotten. */
  private static final int USERS_MAX = 10_000;

  /** Lookups that may wait. */
  private static final int LOOKUPS_MAX = 10_000;

  /** Who asks on nobody's behalf: sessions and tokens need no user. */
  private static final Caller NOBODY = new Caller("", Set.of(), false);

  private final Groups groups = Groups.getUserToGroupsMappingService(new Configuration());
  private final String processUser;
  private final String superuserGroup;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor lookups;

  private record Known(Caller caller, long untilNanos) {}

  CallerResolver(String processUser, String superuserGroup) {
    this.processUser = processUser;
    this.superuserGroup = superuserGroup;
    this.lookups =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(LOOKUPS_MAX),
            task -> {
              Thread thread = new Thread(task, "leat-groups");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The caller behind a user name, if no lookup is needed. */
  Optional<Caller> known(String user) {
    if (user.isEmpty()) {
      return Optional.of(NOBODY);
    }
    Known answer = known.get(user);
    return answer != null && answer.untilNanos() - System.nanoTime() > 0
        ? Optional.of(answer.caller())
        : Optional.empty();
  }

  /**
   * Looks a user up and calls {@code then} on the lookups' thread.
   *
   * @throws RejectedExecutionException when too many lookups wait
   */
  void lookUp(String user, Consumer<Caller> then) {
    lookups.execute(() -> then.accept(lookUp(user)));
  }

  private Caller lookUp(String user) {
    Set<String> found = groupsOf(user);
    boolean superuser = user.equals(processUser) || found.contains(superuserGroup);
    Caller caller = new Caller(user, found, superuser);
    if (known.size() >= USERS_MAX) {
      known.clear();
    }
    known.put(user, new Known(caller, System.nanoTime() + FRESH_NANOS));
    return caller;
  }

  private Set<String> groupsOf(String user) {
    try {
      return groups.getGroupsSet(user);
    } catch (IOException e) {
      LOG.info("No groups are known of user {}: {}", user, e.getMessage());
      return Set.of();
    }
  }

  @Override
  public void close() {
    lookups.shutdownNow();
  }
}
