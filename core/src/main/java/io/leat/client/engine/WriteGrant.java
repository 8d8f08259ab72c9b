package io.leat.client.engine;

import io.leat.model.ByteRange;
import java.util.Optional;

/**
 * A file opened for a stream that writes.
 *
 * @param file opened once more; the stream closes it
 * @param state of the file with the grant of its write lease
 * @param stream as the request named it
 * @param range what of the file it may write; at the file's end and on when there is none
 * @param gate through which the stream's writes go
 * @param inlineBytesMax a file that ends with no more bytes is published inline; 0 for none
 * @param flushProofBytesMax bytes that a commit's flush proof may stand for; 0 for none
 */
public record WriteGrant(
    OpenFile file,
    FileState state,
    long stream,
    Optional<ByteRange> range,
    WriteGate gate,
    int inlineBytesMax,
    int flushProofBytesMax) {

  /** The byte that the stream begins to write at. */
  long start() {
    return range.map(ByteRange::offset).orElse(state.attributes().size());
  }

  /** The stream may write no byte from here on. */
  long end() {
    return range.map(ByteRange::end).orElse(ByteRange.END_MAX);
  }
}
