package io.leat.mds.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.leat.mds.core.Inbound;
import io.leat.mds.core.Outgoing;
import io.leat.mds.core.Peer;
import io.leat.mds.core.Settings;
import io.leat.mds.core.Time;
import io.leat.mds.core.VirtualServerCore;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.MemoryImage;
import io.leat.mds.namespace.Caller;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.NamespaceCache;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.proto.VolumeRecord;
import io.leat.wire.ExtentMessages;
import io.leat.wire.proto.Allocate;
import io.leat.wire.proto.Append;
import io.leat.wire.proto.BlockRange;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.Concat;
import io.leat.wire.proto.Create;
import io.leat.wire.proto.Delete;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Extent;
import io.leat.wire.proto.MakeDirectories;
import io.leat.wire.proto.Open;
import io.leat.wire.proto.OpenSession;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.RecoverLease;
import io.leat.wire.proto.Release;
import io.leat.wire.proto.Rename;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.SetXAttr;
import io.leat.wire.proto.Truncate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever clients do, in whatever order, and whenever they vanish: the image stays right. */
class RandomOperationsTest {
  private static final int STEPS = 3_000;
  private static final int CHECK_EVERY = 100;
  private static final int LEASE_MILLIS = 1_000;
  private static final int INLINE_BYTES_MAX = io.leat.model.Extent.INLINE_BYTES_MAX;
  private static final Caller CALLER = new Caller("u", Set.of(), true);
  private static final String[] NAMES = {"a", "b", "c", "d", "e"};

  private final MemoryImage image = new MemoryImage();
  private final Client peer = new Client();
  private final NamespaceCache cache = new NamespaceCache();
  private VirtualServerCore core;
  private Random random;
  private long nowMillis = 1_000;
  private long session;
  private int sequence;
  private int succeeded;

  /** A connection that looks at nothing but replies. */
  private static final class Client implements Peer {
    @Override
    public void send(Envelope message) {}

    @Override
    public void close(String reason) {}

    @Override
    public String address() {
      return "test";
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldFindNothingAfterRandomOperations(long seed) {
    random = new Random(seed);
    start();
    for (int step = 0; step < STEPS; step++) {
      operation();
      if (step % CHECK_EVERY == 0) {
        check(seed, step);
      }
    }
    check(seed, STEPS);
    assertTrue(succeeded > STEPS / 4, () -> "only " + succeeded + " operations succeeded");
  }

  private void check(long seed, int step) {
    try (ImageSnapshot snapshot = image.snapshot()) {
      CheckReport report = ImageChecker.check(snapshot);
      assertEquals(List.of(), report.findings(), () -> "seed " + seed + ", step " + step);
    }
  }

  private void start() {
    try (ImageTransaction transaction = image.begin()) {
      NamespaceWriter ns = new NamespaceWriter(transaction, cache);
      ns.format(CheckedImage.inode().build());
      ns.addVolume(VolumeRecord.newBuilder().setName("v").setBlocks(4_000).build(), 1);
      ns.finish();
      transaction.commit();
    }
    Settings settings =
        new Settings("vs", "mds", "addr", 1, LEASE_MILLIS, 8, INLINE_BYTES_MAX, List.of());
    try (ImageSnapshot snapshot = image.snapshot()) {
      core = new VirtualServerCore(settings, new Namespace(snapshot), time(), () -> false);
    }
    openSession();
  }

  private Time time() {
    return new Time(nowMillis, nowMillis);
  }

  private void openSession() {
    byte[] id = new byte[16];
    random.nextBytes(id);
    session =
        ask(Request.newBuilder()
                .setOpenSession(OpenSession.newBuilder().setClientId(ByteString.copyFrom(id))))
            .getSessionOpened()
            .getSession();
  }

  // ---- operations -----------------------------------------------------------------------------

  private void operation() {
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4 -> write(create());
      case 5 -> write(append());
      case 6 ->
          change(
              Request.newBuilder()
                  .setMakeDirectories(
                      MakeDirectories.newBuilder().setPath(path()).setCreateParents(true)));
      case 7, 8 ->
          change(
              Request.newBuilder()
                  .setDelete(Delete.newBuilder().setPath(path()).setRecursive(true)));
      case 9 ->
          change(
              Request.newBuilder()
                  .setRename(
                      Rename.newBuilder()
                          .setSource(path())
                          .setDestination(path())
                          .setOverwrite(random.nextBoolean())));
      case 10 ->
          change(
              Request.newBuilder()
                  .setTruncate(
                      Truncate.newBuilder().setPath(path()).setSize(random.nextInt(9_000))));
      case 11 ->
          change(
              Request.newBuilder()
                  .setConcat(Concat.newBuilder().setTarget(path()).addSources(path())));
      case 12 ->
          change(
              Request.newBuilder()
                  .setSetXattr(
                      SetXAttr.newBuilder()
                          .setPath(path())
                          .setName("user.x")
                          .setMayCreate(true)
                          .setMayReplace(true)));
      case 13 ->
          change(Request.newBuilder().setRecoverLease(RecoverLease.newBuilder().setPath(path())));
      case 14 -> openAndPerhapsClose();
      default -> pass(random.nextInt(20) == 0 ? 3 * LEASE_MILLIS : random.nextInt(50));
    }
  }

  private Request.Builder create() {
    return Request.newBuilder()
        .setCreate(
            Create.newBuilder()
                .setPath(path())
                .setOverwrite(random.nextBoolean())
                .setCreateParents(true)
                .setBlockSize(4_096)
                .setReplication(1)
                .setStream(1));
  }

  private Request.Builder append() {
    return Request.newBuilder().setAppend(Append.newBuilder().setPath(path()).setStream(1));
  }

  /** Opens a file to write, and goes on for as long as chance has it. */
  private void write(Request.Builder open) {
    Reply opened = change(open);
    if (!opened.hasOpened()) {
      return;
    }
    long file = opened.getOpened().getStatus().getFileId();
    long size = opened.getOpened().getStatus().getSize();
    if (size < INLINE_BYTES_MAX && random.nextInt(3) == 0) {
      closeInline(opened.getOpened());
      return;
    }
    if (size % 4_096 == 0 && random.nextInt(4) != 0) {
      Reply given =
          change(
              Request.newBuilder()
                  .setAllocate(
                      Allocate.newBuilder()
                          .setFileId(file)
                          .setStream(1)
                          .setBlocks(1 + random.nextInt(20))));
      if (given.hasAllocated()) {
        size = commit(file, size, given.getAllocated().getRanges(0));
      }
    }
    if (random.nextInt(4) != 0) {
      change(
          Request.newBuilder()
              .setCommit(
                  Commit.newBuilder()
                      .setFileId(file)
                      .setStream(1)
                      .setSize(size)
                      .setClose(true)
                      .setReleaseGrant(random.nextBoolean() ? Long.MAX_VALUE : 0)));
    }
  }

  /** Refused where the file stands on the volume. */
  private void closeInline(Opened opened) {
    int size = Math.toIntExact(opened.getStatus().getSize());
    ByteString added = ByteString.copyFrom(new byte[1 + random.nextInt(INLINE_BYTES_MAX - size)]);
    ByteString present = size == 0 ? ByteString.EMPTY : opened.getExtents(0).getInline();
    ByteString bytes = present.concat(added);
    change(
        Request.newBuilder()
            .setCommit(
                Commit.newBuilder()
                    .setFileId(opened.getStatus().getFileId())
                    .setStream(1)
                    .setSize(bytes.size())
                    .setClose(true)
                    .addExtents(ExtentMessages.message(io.leat.model.Extent.inline(0, bytes)))));
  }

  private long commit(long file, long size, BlockRange range) {
    long length = 1L + random.nextInt(Math.toIntExact(range.getCount() * 4_096));
    Reply committed =
        change(
            Request.newBuilder()
                .setCommit(
                    Commit.newBuilder()
                        .setFileId(file)
                        .setStream(1)
                        .setSize(size + length)
                        .addExtents(
                            Extent.newBuilder()
                                .setFileOffset(size)
                                .setBlock(range.getBlock())
                                .setLength(length))));
    return committed.hasCommitted() ? size + length : size;
  }

  private void openAndPerhapsClose() {
    Reply opened = ask(Request.newBuilder().setOpen(Open.newBuilder().setPath(path())));
    if (opened.hasOpened() && random.nextBoolean()) {
      ask(
          Request.newBuilder()
              .setRelease(
                  Release.newBuilder()
                      .addFiles(
                          Claim.newBuilder()
                              .setFileId(opened.getOpened().getStatus().getFileId())
                              .setTokens(opened.getOpened().getTokens())
                              .setGrant(opened.getOpened().getGrant()))));
    }
  }

  /** Time passes, and what it brings; a client that was silent for too long is another one then. */
  private void pass(long millis) {
    nowMillis += millis;
    try (ImageTransaction transaction = image.begin()) {
      NamespaceWriter ns = new NamespaceWriter(transaction, cache);
      core.tick(ns, time(), new ArrayList<>());
      ns.finish();
      transaction.commit();
    }
    if (millis > LEASE_MILLIS) {
      openSession();
    }
  }

  private String path() {
    StringBuilder path = new StringBuilder();
    for (int depth = 1 + random.nextInt(3); depth > 0; depth--) {
      path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
    }
    return path.toString();
  }

  // ---- requests -------------------------------------------------------------------------------

  private Reply change(Request.Builder request) {
    return ask(request.setSlot(random.nextInt(8)).setSequence(++sequence));
  }

  private Reply ask(Request.Builder request) {
    List<Outgoing> out = new ArrayList<>();
    Envelope message =
        Envelope.newBuilder().setCorrelation(1).setSession(session).setRequest(request).build();
    try (ImageTransaction transaction = image.begin()) {
      NamespaceWriter ns = new NamespaceWriter(transaction, cache);
      core.execute(new Inbound(peer, message, CALLER), ns, time(), out);
      ns.finish();
      transaction.commit();
    }
    Reply reply =
        out.stream()
            .map(Outgoing::message)
            .filter(Envelope::hasReply)
            .map(Envelope::getReply)
            .findFirst()
            .orElse(Reply.getDefaultInstance());
    succeeded += reply.hasError() ? 0 : 1;
    return reply;
  }
}
