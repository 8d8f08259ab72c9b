package io.leat.mds.server;

import io.leat.mds.journal.EpochBlocks;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Readers of epoch blocks, one per event loop and virtual server: a reader is for one thread. */
final class EpochReaders {

  private static final ThreadLocal<Map<VirtualServerHost, Reader>> READERS =
      ThreadLocal.withInitial(HashMap::new);

  private record Reader(long epoch, EpochBlocks blocks) {}

  private EpochReaders() {}

  static EpochBlocks of(VirtualServerHost host, long epoch) throws IOException {
    Map<VirtualServerHost, Reader> readers = READERS.get();
    Reader reader = readers.get(host);
    if (reader == null || reader.epoch() != epoch) {
      reader = new Reader(epoch, host.epochBlocks(epoch));
      readers.put(host, reader);
    }
    return reader.blocks();
  }
}
