package io.leat.client.engine;

/**
 * A file opened for a stream that writes.
 *
 * @param file opened once more; the stream closes it
 * @param state of the file with the grant of its write lease
 * @param stream as the request named it
 * @param gate through which the stream's writes go
 * @param inlineBytesMax a file that ends with no more bytes is published inline; 0 for none
 * @param flushProofBytesMax bytes that a commit's flush proof may stand for; 0 for none
 */
public record WriteGrant(
    OpenFile file,
    FileState state,
    long stream,
    WriteGate gate,
    int inlineBytesMax,
    int flushProofBytesMax) {}
