/**
 * The consistency check of a virtual server's image: what every table must say about every other
 * one, and repairs for the damage whose right state follows from the rest.
 *
 * <p>Pure and deterministic: an {@link io.leat.mds.check.ImageChecker} reads one consistent view of
 * an image that somebody else opened, on whatever thread calls it, and its findings are values. No
 * clock, I/O, thread or randomness. Nothing here changes an image; {@link
 * io.leat.mds.check.ImageRepair} hands mutations to whoever can journal them.
 *
 * <p>Memory: {@value io.leat.mds.check.RangeTable#RANGE_BYTES} bytes for each range of blocks that
 * has an owner (an extent, a pinned, quarantined or delegated range), so about 24 MB for a million
 * files of one extent each; everything else is streamed.
 */
package io.leat.mds.check;
