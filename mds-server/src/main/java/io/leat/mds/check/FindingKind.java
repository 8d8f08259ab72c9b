package io.leat.mds.check;

import static io.leat.mds.check.Severity.ERROR;
import static io.leat.mds.check.Severity.WARNING;

/** Every kind of damage that the check tells apart; the names are stable, scripts may use them. */
public enum FindingKind {
  /** A record cannot be parsed, or has impossible numbers; nothing else is repaired then. */
  UNREADABLE_RECORD(
      ERROR,
      false,
      "not touched: keep a copy of the metadata area and restore the virtual server from a backup"),
  /** A table that this version does not know. */
  UNKNOWN_RECORD(WARNING, false, "not touched: check with the version of Leat that wrote it"),
  /** The root or the directory of deleted things does not exist. */
  SYSTEM_DIRECTORY_MISSING(
      ERROR, false, "not touched: restore the virtual server from a backup of its metadata area"),
  /** An inode's back pointer is absent or leads elsewhere; its one entry is known. */
  BACK_POINTER_WRONG(ERROR, true, "the back pointer is written again from the entry"),
  /** Two entries hold the same inode. */
  DUPLICATE_INODE(
      ERROR,
      false,
      "not touched: copy the file through one of its paths, then restore from backup"),
  /** A back pointer leads to no entry: the inode is lost, its extents may not be. */
  INODE_WITHOUT_ENTRY(ERROR, true, "an entry for it is made in /lost+found"),
  /** An entry stands in a directory that does not exist. */
  PARENT_MISSING(ERROR, true, "moved to /lost+found"),
  /** An entry stands in something that is a file. */
  PARENT_NOT_DIRECTORY(ERROR, true, "moved to /lost+found"),
  /** Directories contain each other and no path reaches them. */
  DIRECTORY_CYCLE(ERROR, false, "not touched: restore the virtual server from a backup"),
  /** More components than a path may have. */
  TOO_DEEP(WARNING, false, "rename the directory to a place nearer to the root"),
  /** A name that no path can have. */
  NAME_INVALID(ERROR, false, "not touched: restore the virtual server from a backup"),
  /** The next new file would get the id of an existing one. */
  FILE_ID_NOT_BELOW_NEXT(ERROR, true, "the counter is raised above the largest id"),
  /** The next new session would get the id of an existing one. */
  SESSION_ID_NOT_BELOW_NEXT(ERROR, true, "the counter is raised above the largest id"),
  /** Two extents hold the same bytes of one file. */
  EXTENTS_OVERLAP(ERROR, false, "not touched: copy the file elsewhere, compare, delete it"),
  /** A file's extents leave a gap or do not end at its size. */
  SIZE_MISMATCH(ERROR, false, "not touched: copy what can be read, then delete the file"),
  /** A directory has extents, pinned blocks or a write lease. */
  DIRECTORY_WITH_DATA(ERROR, false, "not touched: restore the virtual server from a backup"),
  /** An extent's checksum is of a kind that this version does not know. */
  CHECKSUM_KIND_UNKNOWN(ERROR, false, "not touched: check with the version that wrote it"),
  /** Blocks that their volume does not have, or a volume that does not exist. */
  OUTSIDE_VOLUME(ERROR, false, "not touched: is the volume complete? else restore the file"),
  /** The volume's header counts as somebody's. */
  HEADER_BLOCK_OWNED(ERROR, false, "not touched: delete the owner after copying it"),
  /** Blocks with two owners, or with one and free. */
  BLOCKS_OWNED_TWICE(
      ERROR,
      false,
      "not touched: stop writers, copy both files and compare, delete the wrong one, check again"),
  /** Blocks that are neither free nor anybody's. */
  BLOCKS_LEAKED(WARNING, true, "the blocks become free"),
  /** The two tables of free space say different things. */
  FREE_TABLES_DISAGREE(ERROR, true, "both tables are made again from what has an owner"),
  /** A counter differs from what it counts. */
  COUNTERS_WRONG(WARNING, true, "the counters are computed again"),
  /** The index of leases by session differs from the leases. */
  LEASE_INDEX_WRONG(ERROR, true, "the index is made again from the leases"),
  /** A write lease of a session that does not exist. */
  LEASE_WITHOUT_SESSION(ERROR, false, "recover the file's lease: its space is quarantined, freed"),
  /** A write lease on a file that does not exist. */
  LEASE_WITHOUT_FILE(
      ERROR, false, "not touched, its holder may still write: restore from a backup"),
  /** Two streams may write the same bytes of a file. */
  LEASES_OVERLAP(ERROR, false, "recover the file's lease, which ends all of its writers"),
  /** A file is marked as being written without a lease, or the other way round. */
  CONSTRUCTION_MARK_WRONG(
      WARNING, false, "open the file for append and close it, or recover its lease"),
  /** Extents of a file that does not exist. */
  ORPHANED_EXTENT(ERROR, true, "the record is removed, its blocks become free"),
  /** Extended attributes of a file that does not exist. */
  ORPHANED_XATTR(WARNING, true, "the attribute is removed"),
  /** Space that is kept for a session that does not exist, and so for ever. */
  SPACE_WITHOUT_SESSION(
      ERROR, false, "not touched: a client may still write to it; restore from backup to free it"),
  /** Pinned blocks of a file that does not exist. */
  ORPHANED_PIN(WARNING, true, "the record is removed, its blocks become free"),
  /** A reply slot of a session that does not exist. */
  ORPHANED_REPLY(WARNING, true, "the slot is removed"),
  /** The image on this host is not what checkpoint and journal say. */
  IMAGE_DIFFERS_FROM_JOURNAL(
      ERROR,
      true,
      "the image, a cache, is dropped; the next start makes it from checkpoint and journal");

  private final Severity severity;
  private final boolean repairable;
  private final String repair;

  FindingKind(Severity severity, boolean repairable, String repair) {
    this.severity = severity;
    this.repairable = repairable;
    this.repair = repair;
  }

  public Severity severity() {
    return severity;
  }

  /** Whether {@code leat check --repair} does something about it, unless worse damage forbids. */
  public boolean repairable() {
    return repairable;
  }

  /** What a repair does, or what to do where there is none. */
  public String repair() {
    return repair;
  }

  /** While such damage is there, what belongs to nobody cannot be told. */
  boolean forbidsAllRepair() {
    return this == UNREADABLE_RECORD || this == UNKNOWN_RECORD || this == SYSTEM_DIRECTORY_MISSING;
  }

  /** While such damage is there, no table of space is touched. */
  boolean forbidsSpaceRepair() {
    return this == BLOCKS_OWNED_TWICE || this == HEADER_BLOCK_OWNED || this == OUTSIDE_VOLUME;
  }
}
