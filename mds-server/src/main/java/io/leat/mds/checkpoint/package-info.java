/**
 * Checkpoints: a virtual server's image, saved at a position of its journal.
 *
 * <p>A checkpoint is what a snapshot of the image shows, in the order of keys, in chunks with a
 * checksum each ({@code ChunkHeader}), behind a header that is written last ({@link
 * io.leat.mds.checkpoint.CheckpointHeader}). Each lane of the metadata area has two places, which
 * take turns, so the previous checkpoint stands until the next is complete and verified. The format
 * knows keys and values only: it does not depend on what keeps the image.
 *
 * <table>
 * <caption>Layout of a place</caption>
 * <tr><th>at</th><th>what</th></tr>
 * <tr><td>0</td><td>{@link io.leat.mds.checkpoint.CheckpointHeader}, a block of 4096 bytes; zeros
 *     while a checkpoint is being written</td></tr>
 * <tr><td>4096</td><td>chunk 0</td></tr>
 * <tr><td>multiples of 4096</td><td>further chunks; behind the last, remains of older ones</td></tr>
 * </table>
 *
 * <p>On the storage a checkpoint belongs to the writer of its lane; everybody may read it. In
 * memory a {@link io.leat.mds.checkpoint.CheckpointStore} may be used by any thread.
 */
package io.leat.mds.checkpoint;
