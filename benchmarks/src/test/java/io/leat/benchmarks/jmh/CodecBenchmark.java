package io.leat.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.leat.wire.listing.ListingPage;
import io.leat.wire.listing.ListingWriter;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.FileStatus;
import io.leat.wire.proto.FileType;
import io.leat.wire.proto.GetStatus;
import io.leat.wire.proto.Listing;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.StatusResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Messages to and from direct buffers, as the wire has them, and the page of a listing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  private static final int ENTRIES = 1_000;
  private static final int BUFFER_BYTES = 1 << 18;
  private static final String PATH = "/warehouse/sales/day=2026-11-21/part-00042.parquet";
  private static final byte[] OWNER = "etl".getBytes(UTF_8);
  private static final byte[] GROUP = "hadoop".getBytes(UTF_8);

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final byte[] page = writePage();
  private final ByteBuffer request = encoded(request());
  private final ByteBuffer reply = encoded(reply());
  private final ByteBuffer listing = encoded(listing(page));

  private static Envelope.Builder envelope() {
    return Envelope.newBuilder()
        .setCorrelation(123_456)
        .setVirtualServer("demo")
        .setEpoch(17)
        .setSession(4_711);
  }

  private static Envelope request() {
    return envelope()
        .setRequest(
            Request.newBuilder().setUser("etl").setGetStatus(GetStatus.newBuilder().setPath(PATH)))
        .build();
  }

  private static Envelope reply() {
    FileStatus.Builder status =
        FileStatus.newBuilder()
            .setFileId(987_654)
            .setType(FileType.FILE)
            .setSize(256L << 20)
            .setMode(0644)
            .setOwner("etl")
            .setGroup("hadoop")
            .setModifiedMillis(1_795_000_000_000L)
            .setAccessedMillis(1_795_000_000_000L)
            .setVersion(12)
            .setBlockSize(128L << 20)
            .setReplication(1);
    return envelope()
        .setReply(Reply.newBuilder().setStatus(StatusResult.newBuilder().setStatus(status)))
        .build();
  }

  private static Envelope listing(byte[] page) {
    return envelope()
        .setReply(
            Reply.newBuilder().setListing(Listing.newBuilder().setPage(ByteString.copyFrom(page))))
        .build();
  }

  private static byte[] writePage() {
    ListingWriter writer = new ListingWriter(ENTRIES);
    for (int entry = 0; entry < ENTRIES; entry++) {
      byte[] name = "part-%05d.parquet".formatted(entry).getBytes(UTF_8);
      writer.entry(name, 0, name.length);
      writer.fileId(entry);
      writer.version(1);
      writer.size(1 << 20);
      writer.modifiedMillis(1_795_000_000_000L);
      writer.accessedMillis(1_795_000_000_000L);
      writer.blockSize(128L << 20);
      writer.replication(1);
      writer.mode(0644);
      writer.owner(OWNER, 0, OWNER.length);
      writer.group(GROUP, 0, GROUP.length);
    }
    return writer.toBytes();
  }

  private static ByteBuffer encoded(Envelope message) {
    return ByteBuffer.allocateDirect(message.getSerializedSize()).put(message.toByteArray()).flip();
  }

  private int encode(Envelope message) throws IOException {
    buffer.clear();
    CodedOutputStream out = CodedOutputStream.newInstance(buffer);
    message.writeTo(out);
    out.flush();
    return buffer.position();
  }

  private static Envelope decode(ByteBuffer frame) throws InvalidProtocolBufferException {
    return Envelope.parseFrom(frame.duplicate());
  }

  /** With building the message. */
  @Benchmark
  public int encodeGetStatusRequest() throws IOException {
    return encode(request());
  }

  @Benchmark
  public Envelope decodeGetStatusRequest() throws IOException {
    return decode(request);
  }

  /** With building the message. */
  @Benchmark
  public int encodeGetStatusReply() throws IOException {
    return encode(reply());
  }

  @Benchmark
  public Envelope decodeGetStatusReply() throws IOException {
    return decode(reply);
  }

  /** With writing the page of 1,000 entries. */
  @Benchmark
  public int encodeListing() throws IOException {
    return encode(listing(writePage()));
  }

  /** With the name and attributes of each of 1,000 entries. */
  @Benchmark
  public void decodeListing(Blackhole blackhole) throws IOException {
    ListingPage decoded = ListingPage.of(decode(listing).getReply().getListing().getPage());
    for (int entry = 0; entry < decoded.size(); entry++) {
      blackhole.consume(decoded.name(entry));
      blackhole.consume(decoded.attributes(entry));
    }
  }
}
