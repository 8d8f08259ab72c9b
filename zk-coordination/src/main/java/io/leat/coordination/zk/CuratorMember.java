package io.leat.coordination.zk;

import io.leat.coordination.AlreadyExistsException;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.CoordinationUnavailableException;
import io.leat.coordination.MemberHandle;
import io.leat.coordination.MemberInfo;
import io.leat.coordination.Subscription;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A joined member: keeps its node as it should be. Every sign that the node may have changed (its
 * session was replaced, somebody removed it) leads to a look at it, and to a repair if needed.
 *
 * <p>State is guarded by this object's monitor, which is held during calls to ZooKeeper so that an
 * update and a repair do not overtake each other.
 */
final class CuratorMember implements MemberHandle {

  private static final Logger LOG = LoggerFactory.getLogger(CuratorMember.class);

  private final MemberNode node;
  private final Watches watches;
  private final Semaphore signs = new Semaphore(0);
  private final AtomicBoolean repairPending = new AtomicBoolean();
  private volatile MemberInfo info;
  private volatile boolean joined;
  private volatile Subscription watch;
  private boolean closed;

  private CuratorMember(MemberNode node, Watches watches, MemberInfo info) {
    this.node = node;
    this.watches = watches;
    this.info = info;
  }

  /** Joins; waits up to {@code patienceMillis} for a dead member of that name to disappear. */
  static CuratorMember join(MemberNode node, Watches watches, MemberInfo info, long patienceMillis)
      throws CoordinationException {
    CuratorMember member = new CuratorMember(node, watches, info);
    member.watch = watches.watch(node.path(), false, member::signal);
    try {
      member.waitAndPublish(patienceMillis);
    } catch (CoordinationException | RuntimeException e) {
      member.watch.close();
      throw e;
    }
    member.joined = true;
    // A sign that came before was for the join alone.
    member.signal();
    return member;
  }

  @Override
  public MemberInfo info() {
    return info;
  }

  @Override
  public synchronized void update(MemberInfo member) throws CoordinationException {
    if (!member.name().equals(info.name())) {
      throw new IllegalArgumentException(
          "member " + info.name() + " cannot change its name to " + member.name());
    }
    if (closed) {
      throw new IllegalStateException("member " + info.name() + " has left");
    }
    info = member;
    node.publish(member);
  }

  @Override
  public synchronized void close() throws CoordinationException {
    if (!closed) {
      closed = true;
      watch.close();
      node.remove();
    }
  }

  private void waitAndPublish(long patienceMillis) throws CoordinationException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    while (true) {
      signs.drainPermits();
      try {
        publish();
        return;
      } catch (AlreadyExistsException e) {
        if (!awaitSign(deadline - System.nanoTime())) {
          throw e;
        }
      }
    }
  }

  private boolean awaitSign(long nanos) throws CoordinationException {
    try {
      return signs.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CoordinationUnavailableException(
          "Cannot join as " + node.path() + ": the calling thread was interrupted.", e);
    }
  }

  private void signal() {
    if (!joined) {
      signs.release();
    } else if (repairPending.compareAndSet(false, true)) {
      watches.execute(this::repair);
    }
  }

  private void repair() {
    repairPending.set(false);
    try {
      publish();
    } catch (CoordinationUnavailableException e) {
      LOG.debug("{} is looked at again when the session is back", node.path(), e);
    } catch (CoordinationException e) {
      LOG.error("This member is not seen by its cell until {} changes", node.path(), e);
    }
  }

  private synchronized void publish() throws CoordinationException {
    if (!closed) {
      node.publish(info);
    }
  }
}
