package io.leat.mds.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.Mailbox.State;
import io.leat.volume.FaultPolicy;
import io.leat.volume.MemoryDevice;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lanes of an area that hosts share. */
final class LaneTableTest {

  private static final FaultPolicy LATE = FaultPolicy.NONE.withWriteFailures(0, 0, 1);

  private final SharedTestStorage storage = new SharedTestStorage(8, 3, 1);
  private final Map<Integer, String> names = new HashMap<>();

  private Lanes.Register register(String mds) {
    return lane -> {
      String before = names.putIfAbsent(lane, mds);
      return before == null || before.equals(mds);
    };
  }

  private int acquire(MetadataArea area, String mds) throws IOException {
    return Lanes.acquire(area, mds, register(mds));
  }

  /** How long a process has to wait for its lane. */
  private long wait(MetadataArea area, String mds) {
    return assertThrows(LaneNotDrainedException.class, () -> acquire(area, mds)).millis();
  }

  private DeviceMetadataArea acquired(String mds, int lane) throws IOException {
    DeviceMetadataArea area = storage.process(mds);
    storage.pass(wait(area, mds));
    assertEquals(lane, acquire(area, mds));
    area.requireLane(lane);
    return area;
  }

  private static void claim(MetadataArea area, int lane) throws IOException {
    new EpochBlocks(area).claim(lane, TestStorage.nextEpoch(area), "mds");
  }

  @Test
  void shouldGiveEachItsOwnAndTheSameAgain() throws IOException {
    MetadataArea a = acquired("a", 0);
    MetadataArea b = acquired("b", 1);
    b.close();
    a.close();
    acquired("b", 1);
    acquired("a", 0);
    acquired("c", 2);
    LaneInUseException refused =
        assertThrows(LaneInUseException.class, () -> acquire(storage.process("d"), "d"));
    assertTrue(refused.getMessage().contains("[a, b, c]"), refused.getMessage());
  }

  @Test
  void shouldWaitShortlyAfterAnOrderlyEndAndForAllWritesToLandAfterAnother() throws IOException {
    MetadataArea first = acquired("a", 0);
    assertEquals(SharedTestStorage.DRAIN_MILLIS, wait(storage.process("a"), "a"));
    MetadataArea second = storage.process("a");
    storage.pass(wait(second, "a"));
    assertEquals(0, acquire(second, "a"));
    first.close(); // which says nothing of what is another's now
    second.requireLane(0);
    second.close();
    assertEquals(LaneTable.SETTLE_MILLIS, wait(storage.process("a"), "a"));
  }

  @Test
  void shouldWaitForAllWritesToLandAgainWhenTheOneBeforeDiedWhileItWaited() throws IOException {
    acquired("a", 0).close();
    assertEquals(LaneTable.SETTLE_MILLIS, wait(storage.process("a"), "a"));
    assertEquals(SharedTestStorage.DRAIN_MILLIS, wait(storage.process("a"), "a"));
  }

  @Test
  void shouldTakeItsLaneAgainWhenAProcessBeforeHasWrittenLate() throws IOException {
    DeviceMetadataArea dead = storage.process("a");
    storage.let(LATE);
    assertThrows(IOException.class, () -> acquire(dead, "a"));
    storage.let(FaultPolicy.NONE);
    DeviceMetadataArea next = acquired("a", 0);
    new Mailboxes(next).write(0, mail(1));
    storage.land();
    LaneNotDrainedException again =
        assertThrows(LaneNotDrainedException.class, () -> next.requireLane(0));
    assertEquals(SharedTestStorage.DRAIN_MILLIS, again.millis());
    assertThrows(LaneNotDrainedException.class, () -> next.requireLane(0));
    storage.pass(again.millis());
    next.requireLane(0);
    claim(next, 0);
  }

  @Test
  void shouldNotBeginBeforeItsTime() throws IOException {
    DeviceMetadataArea area = storage.process("a");
    storage.pass(wait(area, "a") - 1);
    assertEquals(1, wait(area, "a"));
    assertThrows(LaneNotDrainedException.class, () -> area.requireLane(0));
  }

  @Test
  void shouldNotWriteWhereSomebodyElseSendsMails() throws IOException {
    MetadataArea first = acquired("a", 0);
    DeviceMetadataArea copy = storage.process("a");
    storage.pass(wait(copy, "a"));
    new Mailboxes(first).write(0, mail(1));
    assertEquals(LaneTable.SETTLE_MILLIS, wait(copy, "a"), "a mail that was late");
    storage.pass(LaneTable.SETTLE_MILLIS);
    new Mailboxes(first).write(0, mail(2));
    LaneInUseException refused = assertThrows(LaneInUseException.class, () -> acquire(copy, "a"));
    assertTrue(refused.getMessage().contains("was copied"), refused.getMessage());
  }

  private static Mailbox mail(long heartbeat) {
    return new Mailbox("a", 7, heartbeat, 0, State.STANDBY, 0, 0);
  }

  @Test
  void shouldWaitAMomentLongerForAMailThatIsLate() throws IOException {
    MetadataArea first = acquired("a", 0);
    DeviceMetadataArea next = storage.process("a");
    storage.pass(wait(next, "a"));
    new Mailboxes(first).write(0, mail(1));
    storage.pass(wait(next, "a"));
    assertEquals(0, acquire(next, "a"));
  }

  @Test
  void shouldGiveALaneToOneOfTwoThatAskAtOnce() throws IOException {
    DeviceMetadataArea a = storage.process("a");
    DeviceMetadataArea b = storage.process("b");
    wait(a, "a");
    wait(b, "b");
    storage.pass(LaneTable.SETTLE_MILLIS);
    assertEquals(0, acquire(a, "a"));
    assertEquals(1, acquire(b, "b"));
  }

  @Test
  void shouldNotTakeALaneThatTheNameServiceGivesToAnother() throws IOException {
    names.put(0, "gone");
    acquired("a", 1).close();
    names.put(1, "b"); // its data was lost, and given out anew
    LaneInUseException refused =
        assertThrows(LaneInUseException.class, () -> acquire(storage.process("a"), "a"));
    assertTrue(refused.getMessage().contains("in the name service"), refused.getMessage());
  }

  @Test
  void shouldNotClaimWhileAWriteThatHasFailedMayLand() throws IOException {
    DeviceMetadataArea area = acquired("a", 0);
    claim(area, 0);
    storage.let(LATE);
    assertThrows(IOException.class, () -> claim(area, 0));
    storage.let(FaultPolicy.NONE);
    assertThrows(LaneNotDrainedException.class, () -> area.requireLane(0));
    assertThrows(
        LaneNotDrainedException.class,
        () -> area.openToWrite(new CheckpointSlot(0, CheckpointSlot.Side.A), 1));
    storage.pass(SharedTestStorage.DRAIN_MILLIS);
    area.requireLane(0);
    claim(area, 0);
  }

  @Test
  void shouldNotSayThatNothingIsUnderWayAfterAWriteHasFailed() throws IOException {
    DeviceMetadataArea area = acquired("a", 0);
    storage.let(LATE);
    assertThrows(IOException.class, () -> claim(area, 0));
    storage.let(FaultPolicy.NONE);
    area.close();
    assertEquals(SharedTestStorage.DRAIN_MILLIS, wait(storage.process("a"), "a"));
  }

  @Test
  void shouldKeepAClaimWhenAnOlderOneLandsOverIt() throws IOException {
    DeviceMetadataArea area = acquired("a", 0);
    claim(area, 0);
    storage.let(LATE);
    assertThrows(IOException.class, () -> claim(area, 0));
    storage.let(FaultPolicy.NONE);
    DeviceMetadataArea other = acquired("b", 1);
    EpochBlocks claims = new EpochBlocks(other);
    claims.claim(1, 5, "b");
    assertTrue(claims.newest(5));
    EpochBlocks own = new EpochBlocks(area);
    own.claim(0, 6, "a"); // as it must not before the other has landed
    storage.land();
    assertTrue(own.newest(6));
    assertFalse(claims.newest(5));
    assertEquals(6, claims.highest());
  }

  @Test
  void shouldGiveTheLaneOfAHomeThatIsGoneToAnotherWhenItsWritesHaveLanded() throws IOException {
    DeviceMetadataArea gone = acquired("gone", 0);
    DeviceMetadataArea owner = acquired("owner", 1);
    claim(owner, 1);
    DeviceMetadataArea other = acquired("other", 2);
    assertThrows(LaneInUseException.class, () -> owner.freeLane(1, 1, 1), "the own one");
    Optional<String> holder = owner.freeLane(0, 1, 1);
    assertTrue(holder.orElseThrow().startsWith("gone@"), holder.toString());
    assertEquals(holder, owner.freeLane(0, 1, 1), "again");
    assertEquals(
        List.of(Optional.empty(), Optional.of("owner"), Optional.of("other")), owner.laneOwners());
    names.remove(0);
    DeviceMetadataArea next = storage.process("next");
    assertEquals(SharedTestStorage.DRAIN_MILLIS, wait(next, "next"));
    storage.pass(SharedTestStorage.DRAIN_MILLIS);
    assertEquals(0, acquire(next, "next"));
    claim(other, 2);
    assertThrows(NewerEpochException.class, () -> owner.freeLane(0, 1, 1), "it was replaced");
    next.requireLane(0);
    assertThrows(LaneInUseException.class, () -> gone.requireLane(0), "it was not gone");
    LaneInUseException refused =
        assertThrows(LaneInUseException.class, () -> acquire(storage.process("gone"), "gone"));
    assertTrue(refused.getMessage().contains("[next, owner, other]"), refused.getMessage());
    next.close();
    acquired("next", 0);
  }

  @Test
  void shouldNotUseItsLaneWhenSomebodyHasFreedIt() throws IOException {
    DeviceMetadataArea lives = acquired("lives", 0);
    DeviceMetadataArea owner = acquired("owner", 1);
    claim(owner, 1);
    assertTrue(owner.freeLane(0, 1, 1).isPresent());
    assertThrows(LaneInUseException.class, () -> lives.requireLane(0));
    lives.close(); // which writes nothing there
    assertEquals(SharedTestStorage.DRAIN_MILLIS, wait(storage.process("lives"), "lives"));
  }

  @Test
  void shouldRefuseWhoOpenedItToRead() {
    LaneTable table =
        new LaneTable(
            new MemoryDevice(LaneTable.BYTES),
            TestStorage.identity(8, 3, 1),
            1,
            new Mailboxes(
                List.of(new MemoryDevice(Mailboxes.BYTES)), TestStorage.identity(8, 3, 1)),
            Optional.empty());
    LaneInUseException refused = assertThrows(LaneInUseException.class, () -> table.acquire(0));
    assertTrue(refused.getMessage().contains("opened for reading"), refused.getMessage());
  }
}
