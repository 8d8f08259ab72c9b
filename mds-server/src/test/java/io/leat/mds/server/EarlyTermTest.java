package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.core.Inbound;
import io.leat.mds.core.Peer;
import io.leat.mds.core.Settings;
import io.leat.mds.core.Time;
import io.leat.mds.image.HookedImage;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageException;
import io.leat.mds.image.ImageHash;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.MemoryImage;
import io.leat.mds.image.WriteBehindImage;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.EarlyLog;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.MemoryMetadataArea;
import io.leat.mds.namespace.Caller;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.PathName;
import io.leat.mds.server.Term.Execute;
import io.leat.mds.server.Term.Work;
import io.leat.model.LeatException;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import io.leat.volume.MemoryDevice;
import io.leat.volume.Volume;
import io.leat.volume.Volumes;
import io.leat.wire.proto.Create;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.GetStatus;
import io.leat.wire.proto.OpenSession;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.VolumeDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Terms that answer before the journal has it, and what is left of that after their end. */
class EarlyTermTest {

  private static final Caller ROOT = new Caller("root", Set.of(), true);

  /** A client's connection, with the last answer and the thread that brought it. */
  private static final class Connection implements Peer {
    private volatile Reply reply;
    private volatile Thread by;
    private volatile boolean closed;
    private final CountDownLatch answers = new CountDownLatch(1);

    @Override
    public void send(Envelope message) {
      by = Thread.currentThread();
      reply = message.getReply();
      answers.countDown();
    }

    @Override
    public void close(String reason) {
      closed = true;
    }

    @Override
    public String address() {
      return "test:1";
    }
  }

  private FaultyDevice pageCache;
  private final MemoryMetadataArea.Storage storage =
      new MemoryMetadataArea.Storage(
          new AreaIdentity(new UUID(4, 4), "vs1", 2, 256 << 10, 4),
          UnaryOperator.identity(),
          medium -> {
            pageCache = new FaultyDevice(medium, FaultPolicy.NONE, new Random(1));
            return pageCache;
          });
  private final Volume volume = volume();
  private final TimeSource time = () -> new Time(1_700_000_000_000L, 1_000);
  private Image image = new MemoryImage();
  private MemoryMetadataArea area;
  private Term term;
  private long session;
  private long sequence;

  @AfterEach
  void end() throws IOException {
    term.close();
  }

  private static Volume volume() {
    MemoryDevice device = new MemoryDevice(1 << 20);
    UUID uuid = new UUID(1, 1);
    try {
      var unused = Volumes.format(device, "memory", uuid, "main");
      return Volumes.open(device, "memory", uuid);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void begin(boolean direct) throws IOException {
    area = new MemoryMetadataArea(storage);
    area.acquireLane(0);
    TermStart start =
        new TermStart(
            "vs1",
            "mds",
            area,
            0,
            image,
            new CheckpointStore(area),
            new TermStart.Checkpoints(1 << 30, false),
            "boot",
            volume,
            "root",
            "root",
            time);
    VolumeDescription described =
        VolumeDescription.newBuilder().setBlocks(256).setDirect(direct).build();
    long epoch = new EpochBlocks(area).highest() + 1;
    Settings settings = new Settings("vs1", "mds", "h:1", epoch, 20_000, 64, 0, List.of(described));
    term = new Recovery(start, () -> epoch, ofEpoch -> settings, Optional.empty()).run();
  }

  /** The process is gone; what its host's page cache holds is not. */
  private void die() {
    area.close();
    image = new MemoryImage();
  }

  private Inbound inbound(Connection peer, Request.Builder request) {
    return new Inbound(
        peer, Envelope.newBuilder().setSession(session).setRequest(request).build(), ROOT);
  }

  private final Connection connection = new Connection();

  private Reply ask(Request.Builder request) throws IOException {
    List<Work> batch = new ArrayList<>(List.of(new Execute(inbound(connection, request))));
    boolean unused = term.run(batch, false);
    return connection.reply;
  }

  private void openSession() throws IOException {
    OpenSession.Builder open =
        OpenSession.newBuilder().setClientId(ByteString.copyFrom(new byte[16])).setResume(session);
    session = ask(Request.newBuilder().setOpenSession(open)).getSessionOpened().getSession();
  }

  private Request.Builder creation(String path) {
    return Request.newBuilder()
        .setSlot(0)
        .setSequence(++sequence)
        .setCreate(
            Create.newBuilder()
                .setPath(path)
                .setMode(0644)
                .setBlockSize(1 << 20)
                .setReplication(1)
                .setStream(sequence));
  }

  private void create(String path) throws IOException {
    assertFalse(ask(creation(path)).hasError());
  }

  /** Whether a query from a snapshot would find it. */
  private boolean shown(String path) {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return new Namespace(snapshot).resolve(PathName.parse(path), ROOT).isComplete();
    } catch (LeatException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldShowNothingBeforeItIsDurable() throws IOException {
    begin(false);
    openSession();
    create("/a");

    assertTrue(term.unsettled());
    assertFalse(shown("/a"));
    Reply status = ask(Request.newBuilder().setGetStatus(GetStatus.newBuilder().setPath("/a")));
    assertFalse(status.hasError());
    assertFalse(term.unsettled());
    assertTrue(shown("/a"));
  }

  @Test
  void shouldSettleWithTheNextTick() throws IOException {
    begin(false);
    openSession();
    create("/a");
    boolean unused = term.run(new ArrayList<>(), true);

    assertFalse(term.unsettled());
    assertTrue(shown("/a"));
  }

  @Test
  void shouldSettleWhenManyWait() throws IOException {
    begin(false);
    openSession();
    int early = 0;
    while (!shown("/f0")) {
      create("/f" + early);
      early++;
      assertTrue(early < 100, "nothing was settled");
    }

    assertTrue(shown("/f" + (early - 1)));
    assertTrue(early > 2, "all was settled at once");
  }

  @Test
  void shouldNotAnswerEarlyWhereHostsShareTheVolume() throws IOException {
    begin(true);
    openSession();
    create("/a");

    assertFalse(term.unsettled());
    assertTrue(shown("/a"));
  }

  @Test
  void shouldKeepWhatWasAnsweredWhenTheProcessDies() throws IOException {
    begin(false);
    openSession();
    create("/a");
    create("/b");
    die();
    begin(false);

    assertTrue(shown("/a"));
    assertTrue(shown("/b"));
    die();
    begin(false);
    assertTrue(shown("/b"));
  }

  @Test
  void shouldKeepWhatWasSeenWhenTheHostDies() throws IOException {
    begin(false);
    openSession();
    create("/seen");
    assertFalse(
        ask(Request.newBuilder().setGetStatus(GetStatus.newBuilder().setPath("/seen"))).hasError());
    create("/unseen");
    die();
    pageCache.write(0, ByteBuffer.allocate(EarlyLog.BYTES));
    begin(false);

    assertTrue(shown("/seen"));
    assertFalse(shown("/unseen"));
  }

  @Test
  void shouldWaitForTheJournalWhenThePageCacheFails() throws IOException {
    begin(false);
    openSession();
    create("/a");
    pageCache.setPolicy(FaultPolicy.NONE.withFailureAfter(0));
    create("/b");

    assertFalse(term.unsettled());
    assertTrue(shown("/a"));
    create("/c");
    assertTrue(shown("/c"));
  }

  @Test
  void shouldRunABatchOnTheThreadThatBringsIt() throws Exception {
    begin(false);
    openSession();
    TermLoop loop = new TermLoop(time, () -> true);
    CompletableFuture<Void> serving = serve(loop);
    Connection peer = connection;
    // The loop's thread may take the first ones, and is not quick as long as it has not warmed up.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    do {
      peer.reply = null;
      assertTrue(loop.offer(term.epoch(), new Execute(inbound(peer, creation("/f" + sequence)))));
      loop.attend();
      while (peer.reply == null) {
        assertTrue(
            System.nanoTime() < deadline, "no answer, or the loop's thread takes everything");
        Thread.onSpinWait();
      }
    } while (peer.by != Thread.currentThread());
    loop.stop();
    serving.get(10, TimeUnit.SECONDS);

    assertFalse(peer.reply.hasError(), peer.reply.toString());
    assertFalse(peer.closed);
    assertSame(Thread.currentThread(), peer.by);
  }

  @Test
  void shouldNotCarryOutWhatWasMeantForAnEarlierTerm() throws Exception {
    begin(false);
    openSession();
    TermLoop loop = new TermLoop(time, () -> false);
    Connection late = new Connection();
    Connection peer = new Connection();
    OpenSession.Builder open =
        OpenSession.newBuilder().setClientId(ByteString.copyFrom(new byte[16]));
    Request.Builder request = Request.newBuilder().setOpenSession(open);
    assertTrue(loop.offer(term.epoch() - 1, new Execute(inbound(late, request))));
    assertTrue(loop.offer(term.epoch(), new Execute(inbound(peer, request))));
    CompletableFuture<Void> serving = serve(loop);
    assertTrue(peer.answers.await(10, TimeUnit.SECONDS), "no answer");
    loop.stop();
    serving.get(10, TimeUnit.SECONDS);

    assertNull(late.reply);
    assertTrue(late.closed, "it has to come again");
  }

  @Test
  void shouldLeaveBatchesToTheLoopWhereOthersWouldWait() throws Exception {
    begin(false);
    openSession();
    TermLoop loop = new TermLoop(time, () -> false);
    CompletableFuture<Void> serving = serve(loop);
    Connection peer = new Connection();
    OpenSession.Builder open =
        OpenSession.newBuilder().setClientId(ByteString.copyFrom(new byte[16]));
    assertTrue(
        loop.offer(
            term.epoch(), new Execute(inbound(peer, Request.newBuilder().setOpenSession(open)))));
    loop.attend();
    assertTrue(peer.answers.await(10, TimeUnit.SECONDS), "no answer");
    loop.stop();
    serving.get(10, TimeUnit.SECONDS);

    assertNotSame(Thread.currentThread(), peer.by);
    assertEquals(0, peer.reply.getError().getCode());
  }

  @Test
  void shouldServeOnWhileTheImageCannotBeFlushed() throws IOException {
    HookedImage files = new HookedImage();
    image = new WriteBehindImage(files);
    begin(false);
    openSession();
    files.beforeCommits(
        () -> {
          throw new ImageException("the disk is full", null);
        });
    create("/a");
    boolean unused = term.run(new ArrayList<>(), true);
    create("/b");
    unused = term.run(new ArrayList<>(), true);
    assertTrue(shown("/a"));
    assertTrue(shown("/b"));
    files.beforeCommits(() -> {});
    unused = term.run(new ArrayList<>(), true);
    try (ImageSnapshot flushed = files.snapshot();
        ImageSnapshot snapshot = image.snapshot()) {
      assertEquals(ImageHash.of(snapshot), ImageHash.of(flushed));
    }
  }

  private CompletableFuture<Void> serve(TermLoop loop) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            loop.serve(term);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        },
        task -> new Thread(task, "loop").start());
  }
}
