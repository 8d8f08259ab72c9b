package io.leat.mds.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.leat.mds.image.ImageHash;
import io.leat.mds.image.MemoryImage;
import io.leat.mds.namespace.Delegations;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.Values;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.mds.namespace.proto.RangeRecord;
import io.leat.model.Extent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageCheckerTest {
  private static final byte[] NOTHING = {};

  private final CheckedImage image = new CheckedImage();

  // ---- expectations ---------------------------------------------------------------------------

  private Finding expectOnly(FindingKind kind) {
    CheckReport report = image.check();
    assertEquals(Map.of(kind, 1L), report.counts(), () -> report.findings().toString());
    Finding finding = report.findings().get(0);
    assertEquals(kind.severity(), finding.severity());
    return finding;
  }

  private void expectRepaired(FindingKind kind) throws Exception {
    expectOnly(kind);
    assertTrue(kind.repairable());
    ImageRepair.Outcome outcome = ImageRepair.run(image);
    assertEquals(List.of(), outcome.after().findings());
    assertFalse(outcome.done().isEmpty());
  }

  private void expectUntouched(FindingKind kind) throws Exception {
    expectOnly(kind);
    assertFalse(kind.repairable());
    String before = image.read(ImageHash::of);
    assertEquals(List.of(), ImageRepair.run(image).done());
    assertEquals(before, image.read(ImageHash::of));
  }

  private Extent firstExtent(long file) {
    return image.read(reader -> new Namespace(reader).extents(file, 0, 1)).get(0);
  }

  private void putExtent(long file, Extent extent) {
    image.write(t -> t.put(Keys.extent(file, extent.fileOffset()), Values.extent(extent)));
  }

  // ---- clean ----------------------------------------------------------------------------------

  @Test
  void shouldFindNothingWhenTheImageIsRight() throws Exception {
    CheckReport report = image.check();

    assertEquals(List.of(), report.findings());
    assertTrue(report.isClean());
    assertEquals(7, report.inodes());
    assertEquals(4, report.extents());
    assertEquals(7, report.ranges());
    assertEquals(List.of(), ImageRepair.run(image).done());
  }

  @Test
  void shouldFindNothingWhenTheImageIsEmpty() {
    try (MemoryImage nothing = new MemoryImage();
        var snapshot = nothing.snapshot()) {
      assertTrue(ImageChecker.check(snapshot).isClean());
    }
  }

  // ---- records --------------------------------------------------------------------------------

  @Test
  void shouldReportARecordThatDoesNotParse() throws Exception {
    image.write(t -> t.put(Keys.session(image.session), new byte[] {(byte) 0xFF}));
    expectUntouched(FindingKind.UNREADABLE_RECORD);
  }

  @Test
  void shouldReportAnInodeThatDoesNotParseAndNothingThatFollowsFromIt() throws Exception {
    image.write(t -> t.put(image.entryOf(image.closed), new byte[] {(byte) 0xFF}));
    expectUntouched(FindingKind.UNREADABLE_RECORD);
  }

  @Test
  void shouldRepairNothingWhenARecordDoesNotParse() throws Exception {
    image.write(t -> t.put(Keys.session(image.session), new byte[] {(byte) 0xFF}));
    image.changeCounters(c -> c.setInodes(99));
    assertEquals(List.of(), ImageRepair.run(image).done());
  }

  @Test
  void shouldReportATableThatItDoesNotKnow() throws Exception {
    image.write(t -> t.put(new byte[] {'z', 1}, NOTHING));
    expectUntouched(FindingKind.UNKNOWN_RECORD);
  }

  @Test
  void shouldReportAChecksumOfAnUnknownKind() throws Exception {
    byte[] key = Keys.extent(image.closed, 0);
    byte[] value = image.get(key);
    value[21] = 9;
    image.write(t -> t.put(key, value));
    expectUntouched(FindingKind.CHECKSUM_KIND_UNKNOWN);
  }

  // ---- inline extents -------------------------------------------------------------------------

  private static byte[] inline(int length) {
    return Values.extent(Extent.inline(0, ByteString.copyFrom(new byte[length])));
  }

  private void putInline(byte[] value, long size) {
    image.changeInode(image.empty, inode -> inode.setSize(size));
    image.write(t -> t.put(Keys.extent(image.empty, 0), value));
  }

  @Test
  void shouldFindNothingWhenAFileIsInline() {
    long ranges = image.check().ranges();
    putInline(inline(4_096), 4_096);
    CheckReport report = image.check();
    assertEquals(List.of(), report.findings());
    assertEquals(5, report.extents());
    assertEquals(ranges, report.ranges(), "it owns no block");
  }

  @Test
  void shouldReportAnInlineFileThatIsShorterThanItsSize() throws Exception {
    putInline(inline(100), 101);
    expectUntouched(FindingKind.SIZE_MISMATCH);
  }

  @Test
  void shouldRemoveAnInlineExtentOfNoFile() throws Exception {
    image.write(t -> t.put(Keys.extent(40_000, 0), inline(100)));
    expectRepaired(FindingKind.ORPHANED_EXTENT);
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void shouldReportAnInlineExtentThatContradictsItself(Damage damage) throws Exception {
    putInline(damage.of(inline(100)), 100);
    expectUntouched(FindingKind.UNREADABLE_RECORD);
  }

  /** What can be wrong with the value of an inline extent: volume, block, length, state, bytes. */
  private enum Damage {
    CUT_SHORT,
    TOO_MANY_BYTES,
    NO_BYTES,
    LONGER_THAN_ALLOWED,
    WITH_A_VOLUME,
    WITH_BLOCKS,
    UNWRITTEN;

    byte[] of(byte[] value) {
      return switch (this) {
        case CUT_SHORT -> Arrays.copyOf(value, value.length - 1);
        case TOO_MANY_BYTES -> Arrays.copyOf(value, value.length + 1);
        case NO_BYTES -> Arrays.copyOf(value, Values.EXTENT_BYTES);
        case LONGER_THAN_ALLOWED ->
            ByteBuffer.wrap(Arrays.copyOf(value, Values.EXTENT_BYTES + 4_097))
                .putLong(12, 4_097)
                .array();
        case WITH_A_VOLUME -> ByteBuffer.wrap(value).putInt(0, 0).array();
        case WITH_BLOCKS -> ByteBuffer.wrap(value).putLong(4, 5).array();
        case UNWRITTEN -> ByteBuffer.wrap(value).put(20, (byte) 1).array();
      };
    }
  }

  // ---- tree -----------------------------------------------------------------------------------

  @Test
  void shouldReportThatTheDirectoryOfDeletedThingsIsMissing() throws Exception {
    image.write(t -> t.delete(Keys.entry(Namespace.NOWHERE, Namespace.DELETED_NAME)));
    expectUntouched(FindingKind.SYSTEM_DIRECTORY_MISSING);
  }

  @Test
  void shouldReportThatTheRootIsMissing() throws Exception {
    image.write(t -> t.delete(Keys.entry(Namespace.NOWHERE, "")));
    expectUntouched(FindingKind.SYSTEM_DIRECTORY_MISSING);
  }

  @Test
  void shouldWriteAMissingBackPointerAgain() throws Exception {
    image.write(t -> t.delete(Keys.backPointer(image.b)));
    expectRepaired(FindingKind.BACK_POINTER_WRONG);
  }

  @Test
  void shouldWriteAWrongBackPointerAgain() throws Exception {
    image.write(t -> t.put(Keys.backPointer(image.closed), Values.backPointer(image.a, "empty")));
    expectRepaired(FindingKind.BACK_POINTER_WRONG);
  }

  @Test
  void shouldReportTwoEntriesOfOneInode() throws Exception {
    byte[] value = image.get(image.entryOf(image.empty));
    image.write(t -> t.put(Keys.entry(image.b, "twin"), value));
    Finding finding = expectOnly(FindingKind.DUPLICATE_INODE);
    assertTrue(finding.where().contains("/a/empty"), finding.where());
    expectUntouched(FindingKind.DUPLICATE_INODE);
  }

  @Test
  void shouldPutAFileWithoutEntryIntoLostAndFound() throws Exception {
    image.write(t -> t.delete(image.entryOf(image.closed)));
    expectRepaired(FindingKind.INODE_WITHOUT_ENTRY);
    Node found = image.read(reader -> new Namespace(reader).byId(image.closed)).orElseThrow();
    assertEquals(14_096, found.inode().getSize());
    assertEquals(
        "/lost+found/" + image.closed, image.read(reader -> new Namespace(reader).pathOf(found)));
  }

  @Test
  void shouldPutADirectoryWithoutEntryIntoLostAndFound() throws Exception {
    image.write(t -> t.delete(image.entryOf(image.b)));
    expectRepaired(FindingKind.INODE_WITHOUT_ENTRY);
    Node child = image.read(reader -> new Namespace(reader).byId(image.closed)).orElseThrow();
    assertEquals(
        "/lost+found/%d/closed".formatted(image.b),
        image.read(reader -> new Namespace(reader).pathOf(child)));
  }

  @Test
  void shouldForgetAnInodeOfWhichNothingIsLeft() throws Exception {
    image.write(t -> t.delete(image.entryOf(image.empty)));
    expectRepaired(FindingKind.INODE_WITHOUT_ENTRY);
  }

  @Test
  void shouldMoveAnEntryOfAMissingDirectoryToLostAndFound() throws Exception {
    byte[] from = image.entryOf(image.empty);
    byte[] value = image.get(from);
    image.write(
        t -> {
          t.delete(from);
          t.put(Keys.entry(777, "empty"), value);
          t.put(Keys.backPointer(image.empty), Values.backPointer(777, "empty"));
        });
    expectRepaired(FindingKind.PARENT_MISSING);
  }

  @Test
  void shouldMoveAnEntryInAFileToLostAndFoundThoughItsNameIsTaken() throws Exception {
    byte[] from = image.entryOf(image.empty);
    byte[] value = image.get(from);
    image.write(
        t -> {
          NamespaceWriter ns = new NamespaceWriter(t);
          ns.add(ns.root(), "lost+found", CheckedImage.inode().setFileId(ns.newFileId()).build());
          ns.finish();
          t.delete(from);
          t.put(Keys.entry(image.closed, "empty"), value);
          t.put(Keys.backPointer(image.empty), Values.backPointer(image.closed, "empty"));
        });
    expectRepaired(FindingKind.PARENT_NOT_DIRECTORY);
  }

  @Test
  void shouldReportDirectoriesThatContainEachOther() throws Exception {
    byte[] from = image.entryOf(image.a);
    byte[] value = image.get(from);
    image.write(
        t -> {
          t.delete(from);
          t.put(Keys.entry(image.b, "a"), value);
          t.put(Keys.backPointer(image.a), Values.backPointer(image.b, "a"));
        });
    Finding finding = expectOnly(FindingKind.DIRECTORY_CYCLE);
    assertTrue(finding.message().contains("2 directories"), finding.message());
    expectUntouched(FindingKind.DIRECTORY_CYCLE);
  }

  @Test
  void shouldReportWhatIsDeeperThanAPathCanBe() throws Exception {
    image.write(
        t -> {
          NamespaceWriter ns = new NamespaceWriter(t);
          Node at = ns.root();
          for (int depth = 0; depth < 1_003; depth++) {
            long id = ns.newFileId();
            at = ns.add(at, "d", CheckedImage.inode().setFileId(id).setDirectory(true).build());
          }
          ns.finish();
        });
    expectUntouched(FindingKind.TOO_DEEP);
  }

  @Test
  void shouldReportANameThatNoPathCanHave() throws Exception {
    byte[] from = image.entryOf(image.empty);
    byte[] value = image.get(from);
    image.write(
        t -> {
          t.delete(from);
          t.put(Keys.entry(image.a, ".."), value);
          t.put(Keys.backPointer(image.empty), Values.backPointer(image.a, ".."));
        });
    expectUntouched(FindingKind.NAME_INVALID);
  }

  // ---- files ----------------------------------------------------------------------------------

  @Test
  void shouldReportASizeThatExtentsDoNotHave() throws Exception {
    image.changeInode(image.closed, inode -> inode.setSize(14_097));
    Finding finding = expectOnly(FindingKind.SIZE_MISMATCH);
    assertTrue(finding.where().contains("/a/b/closed"), finding.where());
    expectUntouched(FindingKind.SIZE_MISMATCH);
  }

  @Test
  void shouldReportAFileThatShouldHaveExtents() throws Exception {
    image.changeInode(image.empty, inode -> inode.setSize(1));
    expectUntouched(FindingKind.SIZE_MISMATCH);
  }

  @Test
  void shouldReportExtentsThatOverlapInAFile() throws Exception {
    byte[] key = Keys.extent(image.closed, 10_000);
    byte[] value = image.get(key);
    image.write(
        t -> {
          t.delete(key);
          t.put(Keys.extent(image.closed, 9_000), value);
        });
    expectUntouched(FindingKind.EXTENTS_OVERLAP);
  }

  @Test
  void shouldReportADirectoryWithExtents() throws Exception {
    image.changeInode(image.closed, inode -> inode.setDirectory(true).setSize(0));
    expectUntouched(FindingKind.DIRECTORY_WITH_DATA);
  }

  @Test
  void shouldReportSpaceKeptForASessionThatDoesNotExist() throws Exception {
    image.write(t -> t.put(Keys.held(77, 1), Values.count(image.closed)));
    expectUntouched(FindingKind.SPACE_WITHOUT_SESSION);
  }

  // ---- space ----------------------------------------------------------------------------------

  @Test
  void shouldReportBlocksBehindTheVolumesEnd() throws Exception {
    image.write(t -> t.put(Keys.quarantined(5, 1, 0, CheckedImage.BLOCKS), Values.count(3)));
    image.changeCounters(c -> c.setQuarantinedBlocks(c.getQuarantinedBlocks() + 3));
    expectUntouched(FindingKind.OUTSIDE_VOLUME);
  }

  @Test
  void shouldReportBlocksOfAVolumeThatDoesNotExist() throws Exception {
    image.write(t -> t.put(Keys.quarantined(5, 1, 8, 1), Values.count(3)));
    image.changeCounters(c -> c.setQuarantinedBlocks(c.getQuarantinedBlocks() + 3));
    expectUntouched(FindingKind.OUTSIDE_VOLUME);
  }

  @Test
  void shouldReportAnOwnerOfTheHeader() throws Exception {
    image.write(t -> t.put(Keys.pinned(image.closed, 0, 0), Values.count(1)));
    expectUntouched(FindingKind.HEADER_BLOCK_OWNED);
  }

  @Test
  void shouldNeverTouchBlocksWithTwoOwners() throws Exception {
    Extent mine = firstExtent(image.closed);
    image.write(t -> t.put(Keys.pinned(image.writing, 0, mine.block()), Values.count(1)));
    Finding finding = expectOnly(FindingKind.BLOCKS_OWNED_TWICE);
    assertEquals("volume 0 block " + mine.block(), finding.where());
    assertTrue(finding.message().contains("/a/b/closed"), finding.message());
    assertTrue(finding.message().contains("/a/writing"), finding.message());
    expectUntouched(FindingKind.BLOCKS_OWNED_TWICE);
  }

  @Test
  void shouldRepairNoSpaceWhenBlocksHaveTwoOwners() throws Exception {
    Extent mine = firstExtent(image.closed);
    image.write(
        t -> {
          t.put(Keys.pinned(image.writing, 0, mine.block()), Values.count(1));
          t.put(Keys.pinned(4_242, 0, mine.block()), Values.count(1));
        });
    image.changeCounters(c -> c.setInodes(99));

    assertEquals(List.of("counters computed again"), ImageRepair.run(image).done());

    assertEquals(
        Map.of(FindingKind.BLOCKS_OWNED_TWICE, 2L, FindingKind.ORPHANED_PIN, 1L), image.counts());
  }

  @Test
  void shouldReportFreeBlocksThatSomebodyOwns() throws Exception {
    long last = CheckedImage.BLOCKS - 1;
    image.write(t -> t.put(Keys.pinned(image.closed, 0, last), Values.count(1)));
    Finding finding = expectOnly(FindingKind.BLOCKS_OWNED_TWICE);
    assertTrue(finding.message().contains("free space"), finding.message());
    expectUntouched(FindingKind.BLOCKS_OWNED_TWICE);
  }

  @Test
  void shouldFreeLeakedBlocks() throws Exception {
    byte[] pinned = image.keys(Keys.pinnedBy(image.closed)).get(0);
    image.write(t -> t.delete(pinned));
    expectRepaired(FindingKind.BLOCKS_LEAKED);
  }

  @Test
  void shouldMakeTheTableByLengthAgain() throws Exception {
    byte[] row = image.keys(Keys.freeLengthsOn(0)).get(0);
    image.write(t -> t.delete(row));
    expectRepaired(FindingKind.FREE_TABLES_DISAGREE);
  }

  @Test
  void shouldRemoveAFreeRangeByLengthThatIsNotFree() throws Exception {
    image.write(t -> t.put(Keys.freeByLength(0, 3, 5), NOTHING));
    expectRepaired(FindingKind.FREE_TABLES_DISAGREE);
  }

  @Test
  void shouldRecomputeCounters() throws Exception {
    image.changeCounters(c -> c.setFreeBlocks(1));
    expectRepaired(FindingKind.COUNTERS_WRONG);
  }

  @Test
  void shouldReportEveryCounterByItself() throws Exception {
    image.changeCounters(
        c -> c.setInodes(1).setFreeBlocks(1).setQuarantinedBlocks(1).setTotalBlocks(1));
    assertEquals(Map.of(FindingKind.COUNTERS_WRONG, 4L), image.counts());
    assertTrue(ImageRepair.run(image).after().isClean());
  }

  @Test
  void shouldRaiseTheNextFileId() throws Exception {
    image.changeCounters(c -> c.setNextFileId(image.empty));
    expectRepaired(FindingKind.FILE_ID_NOT_BELOW_NEXT);
  }

  @Test
  void shouldRaiseTheNextSession() throws Exception {
    image.changeCounters(c -> c.setNextSession(image.session));
    expectRepaired(FindingKind.SESSION_ID_NOT_BELOW_NEXT);
  }

  // ---- leases, sessions, orphans --------------------------------------------------------------

  @Test
  void shouldPutALeaseIntoTheIndexAgain() throws Exception {
    image.write(t -> t.delete(Keys.leaseOf(image.session, image.writing)));
    expectRepaired(FindingKind.LEASE_INDEX_WRONG);
  }

  @Test
  void shouldRemoveALeaseFromTheIndexThatDoesNotExist() throws Exception {
    image.write(t -> t.put(Keys.leaseOf(image.session, image.closed), NOTHING));
    expectRepaired(FindingKind.LEASE_INDEX_WRONG);
  }

  @Test
  void shouldReportALeaseOfNoSession() throws Exception {
    LeaseRecord lease =
        image.read(reader -> new Namespace(reader).lease(image.writing)).orElseThrow();
    image.write(
        t -> {
          t.delete(Keys.leaseOf(image.session, image.writing));
          t.put(Keys.leaseOf(55, image.writing), NOTHING);
          t.put(Keys.lease(image.writing), lease.toBuilder().setSession(55).build().toByteArray());
        });
    expectUntouched(FindingKind.LEASE_WITHOUT_SESSION);
  }

  @Test
  void shouldReportStreamsThatMayWriteTheSameBytes() throws Exception {
    LeaseRecord lease =
        image.read(reader -> new Namespace(reader).lease(image.writing)).orElseThrow();
    for (int offset : new int[] {10, 50}) {
      LeaseRecord range =
          Delegations.with(lease, List.of()).toBuilder()
              .setRange(
                  RangeRecord.newBuilder().setOffset(offset).setLength(5).setCommittedEnd(offset))
              .build();
      image.write(
          t -> {
            t.put(Keys.leaseOf(image.writing, range), NOTHING);
            t.put(Keys.lease(image.writing, range), range.toByteArray());
          });
      expectUntouched(FindingKind.LEASES_OVERLAP);
      image.write(
          t -> {
            t.delete(Keys.leaseOf(image.writing, range));
            t.delete(Keys.lease(image.writing, range));
          });
    }
  }

  @Test
  void shouldReportARangeThatBeginsElsewhere() throws Exception {
    LeaseRecord range =
        LeaseRecord.newBuilder()
            .setSession(image.session)
            .setRange(RangeRecord.newBuilder().setOffset(10).setLength(5).setCommittedEnd(10))
            .build();
    image.write(t -> t.put(Keys.lease(image.writing, 11), range.toByteArray()));
    expectUntouched(FindingKind.UNREADABLE_RECORD);
  }

  @Test
  void shouldReportALeaseOfNoFile() throws Exception {
    LeaseRecord lease =
        image.read(reader -> new Namespace(reader).lease(image.writing)).orElseThrow();
    image.write(
        t -> {
          t.put(Keys.leaseOf(image.session, 4_242), NOTHING);
          t.put(Keys.lease(4_242), Delegations.with(lease, List.of()).toByteArray());
        });
    expectUntouched(FindingKind.LEASE_WITHOUT_FILE);
  }

  @Test
  void shouldReportAMarkWithoutLeaseAndALeaseWithoutMark() throws Exception {
    image.changeInode(image.closed, inode -> inode.setUnderConstruction(true));
    expectUntouched(FindingKind.CONSTRUCTION_MARK_WRONG);
    image.changeInode(image.closed, inode -> inode.setUnderConstruction(false));
    image.changeInode(image.writing, inode -> inode.setUnderConstruction(false));
    expectUntouched(FindingKind.CONSTRUCTION_MARK_WRONG);
  }

  @Test
  void shouldRemoveExtentsOfNoFileAndFreeTheirBlocks() throws Exception {
    byte[] pinned = image.keys(Keys.pinnedBy(image.closed)).get(0);
    image.write(t -> t.delete(pinned));
    putExtent(4_242, Extent.written(0, 0, Keys.number(pinned, 2), 8_192));
    long free = image.read(reader -> new Namespace(reader).counters()).getFreeBlocks();

    expectRepaired(FindingKind.ORPHANED_EXTENT);

    assertEquals(free + 2, image.read(reader -> new Namespace(reader).counters()).getFreeBlocks());
  }

  @Test
  void shouldRemovePinnedBlocksOfNoFileAndFreeThem() throws Exception {
    byte[] pinned = image.keys(Keys.pinnedBy(image.closed)).get(0);
    byte[] value = image.get(pinned);
    image.write(
        t -> {
          t.delete(pinned);
          t.put(Keys.pinned(4_242, 0, Keys.number(pinned, 2)), value);
        });
    expectRepaired(FindingKind.ORPHANED_PIN);
  }

  @Test
  void shouldRemoveAnAttributeOfNoFile() throws Exception {
    image.write(t -> t.put(Keys.xattr(4_242, "user.x"), NOTHING));
    expectRepaired(FindingKind.ORPHANED_XATTR);
  }

  @Test
  void shouldRemoveAReplyOfNoSession() throws Exception {
    image.write(t -> t.put(Keys.reply(55, 1), new byte[8]));
    expectRepaired(FindingKind.ORPHANED_REPLY);
  }

  // ---- kinds ----------------------------------------------------------------------------------

  @Test
  void shouldSayForEveryKindWhatToDo() {
    assertTrue(Arrays.stream(FindingKind.values()).noneMatch(kind -> kind.repair().isBlank()));
  }
}
