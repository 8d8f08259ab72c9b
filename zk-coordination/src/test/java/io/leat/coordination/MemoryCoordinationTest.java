package io.leat.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class MemoryCoordinationTest extends AbstractCoordinationContract {

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final MemoryCell cell = new MemoryCell(tasks::add);

  @Override
  protected MemoryCoordination openSession() throws CoordinationException {
    return cell.connect();
  }

  @Override
  protected void replaceSession(Coordination session) {
    MemoryCoordination memory = (MemoryCoordination) session;
    memory.expire();
    memory.reconnect();
  }

  @Override
  protected void await(String what, Await.Condition condition) throws Exception {
    runTasks();
    assertTrue(condition.holds(), what);
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  @Test
  void shouldKeepMemberWhileSuspended() throws Exception {
    MemoryCoordination one = openSession();
    MemoryCoordination other = openSession();
    one.membership().join(member("a"));
    one.suspend();
    assertEquals(ConnectionState.SUSPENDED, one.connectionState());
    assertEquals(List.of(member("a")), other.membership().members());
    assertThrows(CoordinationUnavailableException.class, () -> one.membership().members());
    one.reconnect();
    assertEquals(List.of(member("a")), one.membership().members());
  }

  @Test
  void shouldDropMemberWhenSessionExpires() throws Exception {
    MemoryCoordination one = openSession();
    MemoryCoordination other = openSession();
    MemberHandle handle = one.membership().join(member("a"));
    one.expire();
    assertEquals(List.of(), other.membership().members());
    assertThrows(
        CoordinationUnavailableException.class, () -> handle.update(member("a").withLoad(4)));
    one.reconnect();
    assertEquals(List.of(member("a").withLoad(4)), other.membership().members());
  }

  @Test
  void shouldSuspendAndReconnectEverySessionWithTheCell() throws Exception {
    MemoryCoordination one = openSession();
    MemoryCoordination other = openSession();
    List<ConnectionState> heard = new ArrayList<>();
    one.subscribe(heard::add);
    other.subscribe(heard::add);
    Reports<List<MemberInfo>> reports = new Reports<>();
    one.membership().watch(reports);
    cell.setAvailable(false);
    assertThrows(CoordinationUnavailableException.class, () -> other.virtualServers().list());
    assertThrows(CoordinationUnavailableException.class, cell::connect);
    assertThrows(IllegalStateException.class, one::reconnect);
    runTasks();
    assertEquals(List.of(), reports.states());
    cell.setAvailable(true);
    runTasks();
    assertEquals(
        List.of(
            ConnectionState.SUSPENDED,
            ConnectionState.SUSPENDED,
            ConnectionState.CONNECTED,
            ConnectionState.CONNECTED),
        heard);
    assertEquals(List.of(List.of()), reports.states());
  }
}
