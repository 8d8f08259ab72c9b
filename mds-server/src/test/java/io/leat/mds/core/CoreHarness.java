package io.leat.mds.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.MemoryImage;
import io.leat.mds.namespace.Caller;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.NamespaceCache;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.SpaceAudit;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.mds.namespace.proto.VolumeRecord;
import io.leat.mds.page.PageStore;
import io.leat.mds.page.PageTag;
import io.leat.model.Extent;
import io.leat.wire.proto.Envelope;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** A virtual server's state machine on an image in memory, on virtual time, one thread. */
final class CoreHarness {

  static final int LEASE_MILLIS = 20_000;
  static final int SLOTS = 4;
  static final long BLOCKS = 4_096;

  final MemoryImage image = new MemoryImage();
  long wallMillis = 1_700_000_000_000L;
  long monotonicMillis = 5_000;
  VirtualServerCore core;

  /** As the next term is configured. */
  int leaseMillis = LEASE_MILLIS;

  int slots = SLOTS;
  private NamespaceCache cache = new NamespaceCache();
  private long epoch;
  private long clients;

  CoreHarness() {
    change(
        namespace -> {
          namespace.format(
              InodeRecord.newBuilder().setMode(0777).setOwner("root").setGroup("root").build());
          namespace.addVolume(VolumeRecord.newBuilder().setBlocks(BLOCKS).build(), 1);
          return null;
        });
    restart();
  }

  /** Begins another term on the same image: what was volatile is gone. */
  void restart() {
    restart(new PageStore(PageTag.of("vs"), PageStore.PAGE_BYTES, 64));
  }

  /** As a server begins a term: it notes first which leases it gives. */
  void beginTerm() {
    change(
        namespace -> {
          namespace.beginTerm("boot", leaseMillis);
          return null;
        });
    restart();
  }

  /** As above, with these pages for what is volatile. */
  void restart(PageStore pages) {
    epoch++;
    cache = new NamespaceCache();
    core =
        read(
            namespace ->
                new VirtualServerCore(
                    new Settings(
                        "vs",
                        "mds",
                        "h:1",
                        epoch,
                        leaseMillis,
                        slots,
                        Extent.INLINE_BYTES_MAX,
                        List.of()),
                    namespace,
                    time(),
                    () -> false,
                    pages));
  }

  Time time() {
    return new Time(wallMillis, monotonicMillis);
  }

  /** Lets time pass without a tick. */
  void pass(long millis) {
    wallMillis += millis;
    monotonicMillis += millis;
  }

  /** Lets a lease and its drift pass, in which only {@code renewing} renew. */
  void passLease(TestClient... renewing) {
    for (int i = 0; i < 4; i++) {
      pass(LEASE_MILLIS * 3L / 10);
      for (TestClient client : renewing) {
        client.renew();
      }
      settle();
    }
  }

  /** Ticks until there is nothing more to do. */
  void settle() {
    for (int i = 0; i < 10_000; i++) {
      if (!tick()) {
        return;
      }
    }
    throw new AssertionError("ticks do not come to an end");
  }

  boolean tick() {
    List<Outgoing> out = new ArrayList<>();
    boolean more =
        change(
            namespace -> {
              boolean left = core.tick(namespace, time(), out);
              retry(namespace, out);
              return left;
            });
    out.forEach(message -> message.peer().send(message.message()));
    return more;
  }

  void execute(Peer peer, Envelope message, Caller caller) {
    List<Outgoing> out = new ArrayList<>();
    change(
        namespace -> {
          core.execute(new Inbound(peer, message, caller), namespace, time(), out);
          retry(namespace, out);
          return null;
        });
    out.forEach(o -> o.peer().send(o.message()));
  }

  private void retry(NamespaceWriter namespace, List<Outgoing> out) {
    while (core.hasFree()) {
      core.retry(namespace, time(), out);
    }
  }

  TestClient client() {
    byte[] id = ByteBuffer.allocate(16).putLong(++clients).putLong(0).array();
    TestClient client = new TestClient(this, ByteString.copyFrom(id));
    client.connect();
    assertFalse(client.resumed());
    return client;
  }

  SpaceAudit audit() {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return SpaceAudit.of(snapshot);
    }
  }

  /** Fails unless every block but the header's is free. */
  void requireEmpty() {
    SpaceAudit audit = audit();
    assertEquals(BLOCKS - 1, audit.count("free"), audit.toString());
  }

  <T> T read(Function<Namespace, T> reader) {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return reader.apply(new Namespace(snapshot));
    }
  }

  <T> T change(Function<NamespaceWriter, T> writer) {
    try (ImageTransaction transaction = image.begin()) {
      NamespaceWriter namespace = new NamespaceWriter(transaction, cache);
      T result = writer.apply(namespace);
      namespace.finish();
      transaction.commit();
      return result;
    }
  }

  static Caller caller(String user) {
    return new Caller(user, Set.of(), user.equals("root"));
  }
}
