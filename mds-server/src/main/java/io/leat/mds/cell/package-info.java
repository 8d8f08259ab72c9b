/**
 * A whole cell in one process and one directory: ZooKeeper, metadata server and volume, for trying
 * Leat out, for development and for tests.
 *
 * <p>State and threads: a directory belongs to one {@link io.leat.mds.cell.EmbeddedCell} at a time,
 * which a lock file ensures across processes. A cell may be closed by any thread; everything else
 * is immutable.
 */
package io.leat.mds.cell;
