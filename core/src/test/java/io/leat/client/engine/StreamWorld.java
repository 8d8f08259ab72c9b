package io.leat.client.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.leat.model.ByteRange;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.TokenSet;
import io.leat.volume.MemoryDevice;
import io.leat.volume.Volume;
import io.leat.volume.Volumes;
import io.leat.wire.ExtentMessages;
import io.leat.wire.proto.Allocate;
import io.leat.wire.proto.Allocated;
import io.leat.wire.proto.BlockRange;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.Committed;
import io.leat.wire.proto.Create;
import io.leat.wire.proto.Disposition;
import io.leat.wire.proto.Done;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Error;
import io.leat.wire.proto.Event;
import io.leat.wire.proto.FileStatus;
import io.leat.wire.proto.FlushProof;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.Revoke;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * A client with one volume and a server of one file. One list holds what the client does to both,
 * in order. The server knows that the file's byte at {@code p} is {@link #byteAt}, and insists with
 * every commit that the device holds that, durably when the commit says so; the device insists that
 * no committed byte is written over (D3).
 */
final class StreamWorld implements StreamContext {

  /** What the client has done. */
  sealed interface Act permits Wrote, Flushed, Sent {}

  record Wrote(long offset, int length) implements Act {
    long end() {
      return offset + length;
    }
  }

  record Flushed() implements Act {}

  record Sent(Request request) implements Act {}

  /** A call of a stream, made again until it has nothing to wait for. */
  interface Work {
    CompletableFuture<?> advance() throws IOException;
  }

  static final int BLOCK = Volume.BLOCK_SIZE;
  static final int FILE = 9;
  static final byte GARBAGE = (byte) 0xff;
  static final int BLOCKS = 1024;

  private static final int SECTOR = 512;
  private static final int TURNS_MAX = 200;
  private static final Reply DONE = Reply.newBuilder().setDone(Done.getDefaultInstance()).build();

  private static final EngineConfig CONFIG =
      new EngineConfig(
          "vs", List.of("a:1"), ByteString.copyFrom(new byte[16]), "h", "p", 5_000, 60_000, 10, 10);

  final FakeEnvironment environment;
  final ClientEngine engine;

  /** Sessions whose lock files were asked for. */
  final List<Long> fenced = new ArrayList<>();

  final List<Act> acts = new ArrayList<>();
  final MemoryDevice memory;
  final RecordingDevice device;
  private final Volume volume;

  /** The file as the server has it. */
  final List<Extent> layout = new ArrayList<>();

  private WriteBuffers buffers;
  long size;
  long lostFrom = FileState.NOTHING_LOST;

  /** What a reader is granted. */
  TokenSet readers = TokenSet.READER;

  /** The server takes no inline extents any more. */
  boolean imageFull;

  /** Blocks in a range that the server gives, and ranges in an answer. */
  int rangeBlocks = BLOCKS;

  int ranges = 1;

  /** Blocks that it leaves out between ranges. */
  int gapBlocks;

  private long nextBlock = 1;

  /** Everything that was ever the file's. */
  private final List<Extent> published = new ArrayList<>();

  private final List<Wrote> unflushed = new ArrayList<>();
  private long grants;
  private long version = 1;
  private int answered;
  private int recorded;

  /** Small files may be published inline. */
  StreamWorld(boolean direct, int inlineBytesMax) throws IOException {
    this(direct, new FakeEnvironment(inlineBytesMax, 0));
  }

  /** The volume is buffered, and the server takes flush proofs. */
  static StreamWorld proving(int flushProofBytesMax) throws IOException {
    return new StreamWorld(false, new FakeEnvironment(0, flushProofBytesMax));
  }

  StreamWorld(boolean direct) throws IOException {
    this(direct, 0);
  }

  private StreamWorld(boolean direct, FakeEnvironment environment) throws IOException {
    this.environment = environment;
    this.engine = new ClientEngine(CONFIG, environment);
    memory = new MemoryDevice(BLOCKS * BLOCK, direct ? SECTOR : 1);
    byte[] garbage = new byte[BLOCKS * BLOCK];
    Arrays.fill(garbage, GARBAGE);
    memory.write(0, ByteBuffer.wrap(garbage));
    UUID uuid = new UUID(1, 2);
    Volumes.format(memory, "memory", uuid, "v");
    device = new RecordingDevice(memory, new Recorder());
    volume = Volumes.open(device, "memory", uuid);
    CompletableFuture<Void> ready = engine.start();
    environment.session(7, false);
    assertTrue(ready.isDone());
    answer();
    acts.clear();
  }

  // ---- what a stream sees ---------------------------------------------------------------------

  @Override
  public boolean leaseValid() {
    return engine.leaseValid();
  }

  @Override
  public boolean leaseSeen() {
    return engine.leaseSeen();
  }

  @Override
  public <T> T confined(Function<ClientEngine, T> call) {
    T result = call.apply(engine);
    record();
    return result;
  }

  @Override
  public void push() {}

  @Override
  public boolean fence(long session) {
    fenced.add(session);
    return true;
  }

  @Override
  public Volume volume(int id) {
    assertEquals(0, id);
    return volume;
  }

  private final class Recorder implements RecordingDevice.Recorder {
    @Override
    public void write(long offset, int length) {
      Wrote wrote = new Wrote(offset, length);
      published.forEach(extent -> assertFalse(overlap(wrote, extent), wrote + " on " + extent));
      record();
      acts.add(wrote);
      unflushed.add(wrote);
    }

    @Override
    public void flush() {
      record();
      acts.add(new Flushed());
      unflushed.clear();
    }
  }

  static boolean overlap(Wrote wrote, Extent extent) {
    return wrote.offset() < extent.volumeOffset(extent.fileEnd())
        && extent.block() * BLOCK < wrote.end();
  }

  private void record() {
    List<Envelope> sent = environment.link().sent;
    for (; recorded < sent.size(); recorded++) {
      acts.add(new Sent(sent.get(recorded).getRequest()));
    }
  }

  // ---- what a test does -----------------------------------------------------------------------

  void pass(long millis) {
    environment.pass(millis);
    record();
  }

  /** The file's byte at a position; never 0. */
  static byte byteAt(long position) {
    return (byte) (1 + position % 241);
  }

  /** The file's bytes from a position on. */
  static ByteBuffer bytes(long from, int length) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(length);
    for (int i = 0; i < length; i++) {
      bytes.put(byteAt(from + i));
    }
    return bytes.flip();
  }

  /** The file has these bytes already, put there by somebody else. */
  void existing(long block, int length) throws IOException {
    memory.write(block * BLOCK, ByteBuffer.wrap(padded(size, length)));
    Extent extent = Extent.written(size, 0, block, length);
    layout.add(extent);
    published.add(extent);
    size += length;
    nextBlock = extent.blockEnd();
  }

  /** As {@link #existing}, in an inline extent. */
  void existingInline(int length) {
    layout.add(Extent.inline(size, ByteString.copyFrom(bytes(size, length))));
    size += length;
  }

  /** Bytes that nobody has written. */
  void hole(int length) {
    layout.add(Extent.hole(size, length));
    size += length;
  }

  private static byte[] padded(long from, int length) {
    byte[] padded = new byte[(int) Extent.blocksFor(length) * BLOCK];
    bytes(from, length).get(padded, 0, length);
    return padded;
  }

  StreamWriter create(int bufferBytes) throws IOException {
    return writer(engine.create("u", Create.newBuilder().setPath("/f").setStream(1)), bufferBytes);
  }

  /** A stream that has a range of the file. */
  StreamWriter fill(ByteRange range, int bufferBytes) throws IOException {
    Create.Builder create = Create.newBuilder().setPath("/f").setStream(1);
    return writer(engine.create("u", create, range), bufferBytes);
  }

  StreamWriter append(int bufferBytes) throws IOException {
    return writer(engine.append("u", "/f", 1), bufferBytes);
  }

  private StreamWriter writer(CompletableFuture<WriteGrant> opening, int bufferBytes)
      throws IOException {
    answer();
    WriteGrant granted = Waits.result(opening);
    acts.clear();
    return new StreamWriter("/f", granted, this, buffers(bufferBytes));
  }

  /** Those of all streams, so that one finds what another has left in them. */
  WriteBuffers buffers(int bytes) {
    if (buffers == null) {
      buffers = new WriteBuffers(bytes);
    }
    assertEquals(bytes, buffers.bytes(), "the streams of a world have buffers of one size");
    return buffers;
  }

  OpenFile open() throws IOException {
    CompletableFuture<OpenFile> opening = engine.open("u", "/f");
    answer();
    return Waits.result(opening);
  }

  /** Makes a call to its end; the server answers whenever it waits. */
  void run(Work work) throws IOException {
    for (int turn = 0; turn < TURNS_MAX; turn++) {
      if (work.advance() == null) {
        answer();
        return;
      }
      answer();
    }
    throw new AssertionError("it waits for ever; done so far: " + acts);
  }

  /** Appends to the stream the bytes that belong there. */
  void write(StreamWriter writer, int length) throws IOException {
    ByteBuffer bytes = bytes(writer.position(), length);
    run(() -> writer.write(bytes));
    assertFalse(bytes.hasRemaining());
  }

  /** The server takes tokens back. */
  void revoke(TokenSet tokens) {
    Revoke.Builder revoke =
        Revoke.newBuilder().setFileId(FILE).setTokens(tokens.bits()).setGrant(grants);
    environment
        .listener()
        .onMessage(
            Envelope.newBuilder()
                .setEpoch(environment.epoch)
                .setEvent(Event.newBuilder().setRevoke(revoke))
                .build());
    answer();
  }

  /** The connection breaks and the server knows the session no more. */
  void loseSession() {
    record();
    environment.lose();
    answered = 0;
    recorded = 0;
    environment.session(8, false);
  }

  /** All commits sent so far. */
  List<Commit> commits() {
    return acts.stream()
        .filter(act -> act instanceof Sent sent && sent.request().hasCommit())
        .map(act -> ((Sent) act).request().getCommit())
        .toList();
  }

  /** The acts as words: what has happened in which order. */
  List<String> story() {
    return acts.stream().map(StreamWorld::word).toList();
  }

  private static String word(Act act) {
    if (act instanceof Wrote) {
      return "write";
    }
    return act instanceof Sent sent
        ? sent.request().getOperationCase().name().toLowerCase(Locale.ROOT)
        : "flush";
  }

  /** What the device holds in a block. */
  ByteBuffer block(long block) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
    memory.read(block * BLOCK, bytes);
    return bytes.flip();
  }

  private ByteBuffer onDevice(Extent extent) {
    ByteBuffer bytes = ByteBuffer.allocate((int) extent.blocks() * BLOCK);
    try {
      memory.read(extent.block() * BLOCK, bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.flip().limit((int) extent.length());
  }

  // ---- the server -----------------------------------------------------------------------------

  /** Answers every request that has not been answered. */
  void answer() {
    record();
    List<Envelope> sent = environment.link().sent;
    while (answered < sent.size()) {
      Envelope message = sent.get(answered++);
      if (!message.getRequest().hasOpenSession()) {
        environment.reply(message, reply(message.getRequest()));
      }
    }
    record();
  }

  private Reply reply(Request request) {
    if (request.hasAllocate()) {
      return allocate(request.getAllocate());
    } else if (request.hasCommit()) {
      return commit(request.getCommit());
    } else if (request.hasCreate() || request.hasAppend()) {
      return opened(request.getCreate().hasRange() ? TokenSet.RANGE_WRITER : TokenSet.WRITER);
    } else if (request.hasOpen() || request.hasGetLayout()) {
      return opened(readers);
    }
    return DONE;
  }

  private Reply opened(TokenSet tokens) {
    Opened.Builder opened =
        Opened.newBuilder().setStatus(status()).setTokens(tokens.bits()).setGrant(++grants);
    layout.forEach(extent -> opened.addExtents(ExtentMessages.message(extent)));
    if (lostFrom != FileState.NOTHING_LOST) {
      opened.setLost(true).setLostFrom(lostFrom);
    }
    return Reply.newBuilder().setOpened(opened).build();
  }

  private FileStatus status() {
    return FileStatus.newBuilder().setFileId(FILE).setVersion(version).setSize(size).build();
  }

  private Reply allocate(Allocate request) {
    Allocated.Builder allocated = Allocated.newBuilder();
    long wanted = request.getBlocks();
    for (int i = 0; i < ranges && wanted > 0; i++) {
      long count = Math.min(Math.min(wanted, rangeBlocks), BLOCKS - nextBlock);
      allocated.addRanges(BlockRange.newBuilder().setBlock(nextBlock).setCount(count));
      nextBlock += count + gapBlocks;
      wanted -= count;
    }
    return Reply.newBuilder().setAllocated(allocated).build();
  }

  private Reply commit(Commit commit) {
    List<Extent> extents = ExtentMessages.extents(commit.getExtentsList());
    boolean inline = extents.stream().anyMatch(Extent::isInline);
    if (inline && imageFull) {
      return Reply.newBuilder()
          .setError(
              Error.newBuilder()
                  .setCode(ErrorCode.IMAGE_FULL.number())
                  .setDisposition(Disposition.USER))
          .build();
    }
    if (inline) {
      assertEquals(1, extents.size());
      assertTrue(commit.getClose());
      assertTrue(commit.getSize() <= environment.inlineBytesMax, "too long: " + commit.getSize());
      assertTrue(layout.stream().allMatch(Extent::isInline) && layout.size() <= 1, "" + layout);
    }
    if (!extents.isEmpty()) {
      replaceFrom(extents.get(0).fileOffset());
      extents.forEach(extent -> take(extent, commit.getSynced()));
    }
    assertEquals(size, commit.getSize());
    if (commit.hasProof()) {
      assertProves(commit);
    }
    version++;
    return Reply.newBuilder().setCommitted(Committed.newBuilder().setStatus(status())).build();
  }

  private void assertProves(Commit commit) {
    FlushProof proof = commit.getProof();
    long length = commit.getSize() - proof.getFlushed();
    assertTrue(length > 0 && length <= environment.flushProofBytesMax, "" + commit);
    assertFalse(commit.getSynced() || commit.getClose(), "" + commit);
    CRC32C crc = new CRC32C();
    crc.update(bytes(proof.getFlushed(), (int) length));
    assertEquals((int) crc.getValue(), proof.getCrc());
  }

  private void replaceFrom(long from) {
    assertTrue(from <= size && size - from < BLOCK, "from " + from + " of " + size);
    layout.removeIf(extent -> extent.fileOffset() >= from);
    if (!layout.isEmpty()) {
      Extent last = layout.remove(layout.size() - 1);
      layout.add(last.withLength(Math.min(last.length(), from - last.fileOffset())));
    }
    size = from;
  }

  private void take(Extent extent, boolean synced) {
    assertEquals(size, extent.fileOffset(), "a gap before " + extent);
    size = extent.fileEnd();
    layout.add(extent);
    if (extent.isInline()) {
      assertEquals(
          bytes(extent.fileOffset(), (int) extent.length()),
          extent.bytes().asReadOnlyByteBuffer(),
          "" + extent);
      return;
    }
    assertEquals(bytes(extent.fileOffset(), (int) extent.length()), onDevice(extent), "" + extent);
    for (Wrote wrote : unflushed) {
      assertFalse((synced || volume.direct()) && overlap(wrote, extent), wrote + " is not durable");
    }
    published.add(extent);
  }
}
