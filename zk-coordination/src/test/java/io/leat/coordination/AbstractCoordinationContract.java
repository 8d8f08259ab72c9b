package io.leat.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.VersionRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link Coordination} does; each test has a cell of its own. */
public abstract class AbstractCoordinationContract {

  private static final String VS = "home";
  private static final String ADDRESS_A = "host-a:7000";
  private static final String ADDRESS_B = "host-b:7000";

  private final List<Coordination> open = new ArrayList<>();

  /** A new session with the cell of this test. */
  protected abstract Coordination openSession() throws Exception;

  /** Ends the session at the name service, and lets its holder connect again in a new one. */
  protected abstract void replaceSession(Coordination session) throws Exception;

  /** Waits until {@code condition} holds, running what listeners need to be called. */
  protected abstract void await(String what, Await.Condition condition) throws Exception;

  @AfterEach
  void closeSessions() throws Exception {
    for (Coordination session : open) {
      session.close();
    }
  }

  protected final Coordination connect() throws Exception {
    Coordination session = openSession();
    open.add(session);
    return session;
  }

  protected static MemberInfo member(String name) {
    return new MemberInfo(
        name,
        "127.0.0.1",
        7000,
        List.of("direct", "lane:3"),
        "0.1.0",
        new VersionRange(1, 1),
        new VersionRange(1, 2),
        0);
  }

  protected static VirtualServerConfig config(String name) {
    return new VirtualServerConfig(
        name, List.of("a", "b"), "volume:vol0/config=é", VirtualServerConfig.NEW);
  }

  @Test
  void shouldGiveAVolumeToOneVirtualServerForGood() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    String volume = "0b9e3c86-92a4-4b51-9a55-0f6b3b5c9f10";
    assertEquals("v", one.virtualServers().reserveVolume(volume, "v"));
    assertEquals("v", other.virtualServers().reserveVolume(volume, "w"));
    assertEquals("v", one.virtualServers().reserveVolume(volume, "v"));
    assertEquals("w", other.virtualServers().reserveVolume("another", "w"));
  }

  @Test
  void shouldGiveALaneToOneMetadataServerUntilItIsFreed() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    String area = "5d6f1a52-0a3b-4f0e-8a43-6d8a0f1f7c11";
    assertEquals("a", one.virtualServers().reserveLane(area, 0, "a"));
    assertEquals("a", other.virtualServers().reserveLane(area, 0, "b"));
    assertEquals("a", one.virtualServers().reserveLane(area, 0, "a"));
    assertEquals("b", other.virtualServers().reserveLane(area, 1, "b"));
    one.virtualServers().freeLane(area, 0, "b");
    assertEquals("a", other.virtualServers().reserveLane(area, 0, "c"));
    one.virtualServers().freeLane(area, 0, "a");
    one.virtualServers().freeLane(area, 0, "a");
    assertEquals("c", other.virtualServers().reserveLane(area, 0, "c"));
    assertEquals("b", one.virtualServers().reserveLane(area, 1, "c"));
  }

  @Test
  void shouldReportVirtualServersAndTheirChanges() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    Reports<List<VirtualServerConfig>> reports = new Reports<>();
    Subscription subscription = other.virtualServers().watch(reports);
    await("none", () -> reports.lastIs(List.of()));
    VirtualServerConfig created = one.virtualServers().create(config("v"));
    await("the new one", () -> reports.lastIs(List.of(created)));
    VirtualServerConfig stopped =
        one.virtualServers()
            .update(created.withStarted(false).withCandidates(List.of("b", "a", "c")));
    assertFalse(stopped.started());
    await("the change", () -> reports.lastIs(List.of(stopped)));
    subscription.close();
  }

  @Test
  void shouldShowMemberToEveryoneUntilItLeaves() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    assertEquals(List.of(), other.membership().members());
    MemberHandle handle = one.membership().join(member("b"));
    one.membership().join(member("a"));
    assertEquals(member("b"), handle.info());
    await(
        "both members, sorted",
        () -> other.membership().members().equals(List.of(member("a"), member("b"))));
    handle.close();
    handle.close();
    await("a alone", () -> other.membership().members().equals(List.of(member("a"))));
  }

  @Test
  void shouldRefuseNameOfLiveMember() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    MemberHandle handle = one.membership().join(member("a"));
    AlreadyExistsException e =
        assertThrows(
            AlreadyExistsException.class, () -> other.membership().join(member("a").withLoad(9)));
    assertTrue(e.getMessage().contains("members/a"), e.getMessage());
    handle.close();
    other.membership().join(member("a").withLoad(9)).close();
  }

  @Test
  void shouldPublishUpdatesOfMember() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    MemberHandle handle = one.membership().join(member("a"));
    handle.update(member("a").withLoad(5));
    await("load 5", () -> other.membership().members().equals(List.of(member("a").withLoad(5))));
    assertThrows(IllegalArgumentException.class, () -> handle.update(member("b")));
    handle.close();
    assertThrows(IllegalStateException.class, () -> handle.update(member("a")));
  }

  @Test
  void shouldDropMembersWhenSessionCloses() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    one.membership().join(member("a"));
    one.close();
    await("no member", () -> other.membership().members().isEmpty());
    assertThrows(IllegalStateException.class, () -> one.membership().members());
    assertThrows(IllegalStateException.class, () -> one.membership().join(member("a")));
    assertThrows(IllegalStateException.class, () -> one.subscribe(state -> {}));
  }

  @Test
  void shouldReportMembersAndEachChangeUntilClosed() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    Reports<List<MemberInfo>> reports = new Reports<>();
    Subscription subscription = other.membership().watch(reports);
    await("first report", () -> reports.lastIs(List.of()));
    MemberHandle handle = one.membership().join(member("a"));
    await("joined", () -> reports.lastIs(List.of(member("a"))));
    handle.update(member("a").withLoad(7));
    await("updated", () -> reports.lastIs(List.of(member("a").withLoad(7))));
    handle.close();
    await("left", () -> reports.lastIs(List.of()));
    subscription.close();
    subscription.close();
    Reports<List<MemberInfo>> later = new Reports<>();
    other.membership().watch(later);
    one.membership().join(member("b"));
    await("report to another watch", () -> later.lastIs(List.of(member("b"))));
    assertTrue(reports.lastIs(List.of()));
    assertEquals(List.of(), reports.failures());
  }

  @Test
  void shouldBringMembersAndWatchesOverLostSession() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    List<ConnectionState> heard = new CopyOnWriteArrayList<>();
    one.subscribe(heard::add);
    one.membership().join(member("a"));
    Reports<List<MemberInfo>> reports = new Reports<>();
    one.membership().watch(reports);
    await("first report", () -> reports.lastIs(List.of(member("a"))));
    replaceSession(one);
    await(
        "lost, then connected",
        () ->
            heard.indexOf(ConnectionState.LOST) >= 0
                && heard.lastIndexOf(ConnectionState.CONNECTED)
                    > heard.indexOf(ConnectionState.LOST));
    assertEquals(ConnectionState.CONNECTED, one.connectionState());
    await("member again", () -> other.membership().members().equals(List.of(member("a"))));
    other.membership().join(member("b"));
    await("watch again", () -> reports.lastIs(List.of(member("a"), member("b"))));
  }

  @Test
  void shouldHaveNoOwnerBeforeFirstClaim() throws Exception {
    Ownership ownership = connect().ownership();
    assertEquals(Optional.empty(), ownership.read(VS));
    CoordinationException e =
        assertThrows(
            CoordinationException.class,
            () -> ownership.claim(VS, "a", ADDRESS_A, 1, Optional.empty()));
    assertFalse(e instanceof ConflictException);
    assertTrue(e.getMessage().contains("no such virtual server"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> ownership.read("../home"));
  }

  @Test
  void shouldPassOwnershipByClaimOfWhatWasRead() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    one.virtualServers().create(config(VS));
    OwnerRecord first = one.ownership().claim(VS, "a", ADDRESS_A, 3, Optional.empty());
    assertEquals("a", first.owner());
    assertEquals(3, first.epoch());
    assertEquals(ADDRESS_A, first.address());
    Optional<OwnerRecord> read = other.ownership().read(VS);
    assertEquals(Optional.of(first), read);
    OwnerRecord second = other.ownership().claim(VS, "b", ADDRESS_B, 4, read);
    assertNotEquals(first.version(), second.version());
    assertEquals(Optional.of(second), one.ownership().read(VS));
  }

  @Test
  void shouldRefuseClaimOfChangedRecord() throws Exception {
    Coordination one = connect();
    Ownership ownership = one.ownership();
    one.virtualServers().create(config(VS));
    OwnerRecord first = ownership.claim(VS, "a", ADDRESS_A, 1, Optional.empty());
    OwnerRecord second = ownership.claim(VS, "b", ADDRESS_B, 2, Optional.of(first));
    assertConflict(second, () -> ownership.claim(VS, "a", ADDRESS_A, 9, Optional.of(first)));
    assertConflict(second, () -> ownership.claim(VS, "a", ADDRESS_A, 9, Optional.empty()));
    assertConflict(second, () -> ownership.claim(VS, "b", ADDRESS_B, 2, Optional.of(first)));
  }

  @Test
  void shouldRefuseEpochThatIsNotLarger() throws Exception {
    Coordination one = connect();
    Ownership ownership = one.ownership();
    one.virtualServers().create(config(VS));
    OwnerRecord first = ownership.claim(VS, "a", ADDRESS_A, 5, Optional.empty());
    assertConflict(first, () -> ownership.claim(VS, "a", ADDRESS_A, 5, Optional.of(first)));
    assertConflict(first, () -> ownership.claim(VS, "b", ADDRESS_B, 4, Optional.of(first)));
    assertThrows(
        IllegalArgumentException.class,
        () -> ownership.claim(VS, "b", ADDRESS_B, 0, Optional.of(first)));
    assertEquals(Optional.of(first), ownership.read(VS));
  }

  @Test
  void shouldReportOwnerAndEachChange() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    Reports<Optional<OwnerRecord>> reports = new Reports<>();
    other.ownership().watch(VS, reports);
    await("no owner", () -> reports.lastIs(Optional.empty()));
    VirtualServerConfig config = one.virtualServers().create(config(VS));
    OwnerRecord first = one.ownership().claim(VS, "a", ADDRESS_A, 1, Optional.empty());
    await("first owner", () -> reports.lastIs(Optional.of(first)));
    OwnerRecord second = one.ownership().claim(VS, "b", ADDRESS_B, 2, Optional.of(first));
    await("second owner", () -> reports.lastIs(Optional.of(second)));
    one.virtualServers().delete(VS, config.version());
    await("no owner again", () -> reports.lastIs(Optional.empty()));
  }

  @Test
  void shouldKeepOwnerWhenItsSessionIsGone() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    one.virtualServers().create(config(VS));
    OwnerRecord owner = one.ownership().claim(VS, "a", ADDRESS_A, 1, Optional.empty());
    one.close();
    assertEquals(Optional.of(owner), other.ownership().read(VS));
  }

  @Test
  void shouldCreateReadAndListVirtualServers() throws Exception {
    Coordination one = connect();
    Coordination other = connect();
    VirtualServerConfig tmp = one.virtualServers().create(config("tmp"));
    VirtualServerConfig home = one.virtualServers().create(config("home"));
    assertEquals(config("tmp").withVersion(tmp.version()), tmp);
    assertEquals(Optional.of(tmp), other.virtualServers().read("tmp"));
    assertEquals(Optional.empty(), other.virtualServers().read("other"));
    await("both, sorted", () -> other.virtualServers().list().equals(List.of(home, tmp)));
    assertThrows(AlreadyExistsException.class, () -> other.virtualServers().create(config("home")));
  }

  @Test
  void shouldUpdateVirtualServerOnlyAtItsVersion() throws Exception {
    VirtualServers servers = connect().virtualServers();
    VirtualServerConfig first = servers.create(config(VS));
    VirtualServerConfig second = servers.update(first.withPointer("volume:vol1"));
    assertTrue(second.version() > first.version());
    assertEquals(Optional.of(second), servers.read(VS));
    assertThrows(ConflictException.class, () -> servers.update(first));
    assertThrows(ConflictException.class, () -> servers.update(config("other").withVersion(1)));
    assertEquals(Optional.of(second), servers.read(VS));
  }

  @Test
  void shouldDeleteVirtualServerWithItsOwnerOnlyAtItsVersion() throws Exception {
    Coordination one = connect();
    VirtualServers servers = one.virtualServers();
    VirtualServerConfig first = servers.create(config(VS));
    OwnerRecord owner = one.ownership().claim(VS, "a", ADDRESS_A, 1, Optional.empty());
    VirtualServerConfig second = servers.update(first);
    assertThrows(ConflictException.class, () -> servers.delete(VS, first.version()));
    servers.delete(VS, second.version());
    assertEquals(Optional.empty(), servers.read(VS));
    assertEquals(Optional.empty(), one.ownership().read(VS));
    assertThrows(ConflictException.class, () -> servers.delete(VS, second.version()));
    VirtualServerConfig again = servers.create(config(VS));
    assertNotEquals(second.version(), again.version());
    OwnerRecord other = one.ownership().claim(VS, "b", ADDRESS_B, 2, Optional.empty());
    // The record before the deletion had the same place in its node's history as this one has.
    assertConflict(other, () -> one.ownership().claim(VS, "a", ADDRESS_A, 9, Optional.of(owner)));
  }

  private static void assertConflict(
      OwnerRecord current, org.junit.jupiter.api.function.Executable claim) {
    OwnershipConflictException e = assertThrows(OwnershipConflictException.class, claim);
    assertEquals(Optional.of(current), e.current());
  }
}
