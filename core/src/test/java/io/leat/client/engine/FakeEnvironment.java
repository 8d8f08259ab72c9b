package io.leat.client.engine;

import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Error;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.Request.OperationCase;
import io.leat.wire.proto.SessionOpened;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** Virtual time and connections that a test scripts; one thread. */
final class FakeEnvironment implements Environment {

  /** A timer; equal times fire in the order in which they were set. */
  private record Timer(long at, long number, Runnable task) {}

  /** One connection: what the engine has sent on it. */
  final class FakeLink implements Link {
    final List<Envelope> sent = new ArrayList<>();
    boolean closed;

    @Override
    public void send(Envelope message) {
      sent.add(message);
      if (serverLives && is(message.getRequest(), OperationCase.DESCRIBE_SERVER)) {
        schedule(1, () -> answer(message));
      }
    }

    private void answer(Envelope probe) {
      if (!closed && this == link()) {
        reply(probe, Reply.getDefaultInstance());
      }
    }

    @Override
    public void close(String reason) {
      closed = true;
    }
  }

  /** Whether the server's process answers when it is asked whether it lives. */
  boolean serverLives = true;

  final List<String> connects = new ArrayList<>();

  /** Sessions whose lock files may go. */
  final List<Long> drained = new ArrayList<>();

  final List<FakeLink> links = new ArrayList<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          (a, b) ->
              a.at() != b.at()
                  ? Long.compare(a.at(), b.at())
                  : Long.compare(a.number(), b.number()));

  /** What the server says that files may have at most to be published inline. */
  final int inlineBytesMax;

  /** Ranges of a file that the server lets be open; 0: it knows of none. */
  int rangesMax = 8;

  /** For how many bytes the server takes a flush proof. */
  final int flushProofBytesMax;

  private LinkListener listener;
  private long monotonic = 1_000;
  private long wall = 1_700_000_000_000L;
  private long numbers;
  long epoch = 1;

  FakeEnvironment() {
    this(0, 0);
  }

  FakeEnvironment(int inlineBytesMax, int flushProofBytesMax) {
    this.inlineBytesMax = inlineBytesMax;
    this.flushProofBytesMax = flushProofBytesMax;
  }

  @Override
  public long monotonicMillis() {
    return monotonic;
  }

  @Override
  public long wallMillis() {
    return wall;
  }

  @Override
  public void schedule(long delayMillis, Runnable task) {
    timers.add(new Timer(monotonic + delayMillis, numbers++, task));
  }

  @Override
  public void drained(long session) {
    drained.add(session);
  }

  @Override
  public void connect(String address, LinkListener to) {
    connects.add(address);
    listener = to;
  }

  String lastConnect() {
    return connects.get(connects.size() - 1);
  }

  LinkListener listener() {
    return listener;
  }

  /** Lets time pass and timers fire; after a pause they are late, and time does not go back. */
  void pass(long millis) {
    long end = monotonic + millis;
    while (!timers.isEmpty() && timers.peek().at() <= end) {
      Timer timer = timers.remove();
      pause(Math.max(0, timer.at() - monotonic));
      timer.task().run();
    }
    pause(end - monotonic);
  }

  /** The process stands still: time passes and nothing runs. */
  void pause(long millis) {
    monotonic += millis;
    wall += millis;
  }

  void jumpWall(long millis) {
    wall += millis;
  }

  /** Opens the connection that the engine has asked for. */
  FakeLink open() {
    FakeLink link = new FakeLink();
    links.add(link);
    listener.onOpen(link);
    return link;
  }

  /** Opens the connection and the session. */
  FakeLink session(long session, boolean resumed) {
    FakeLink link = open();
    reply(
        last(OperationCase.OPEN_SESSION),
        Reply.newBuilder()
            .setSessionOpened(
                SessionOpened.newBuilder()
                    .setSession(session)
                    .setInlineBytesMax(inlineBytesMax)
                    .setFlushProofBytesMax(flushProofBytesMax)
                    .setLeaseMillis(20_000)
                    .setRememberMillis(2_000)
                    .setRangesMax(rangesMax)
                    .setSlots(2)
                    .setResumed(resumed))
            .build());
    return link;
  }

  FakeLink link() {
    return links.get(links.size() - 1);
  }

  /** The last request of a kind on the present connection; null when there is none. */
  Envelope last(OperationCase kind) {
    Envelope found = null;
    for (Envelope message : link().sent) {
      if (message.getRequest().getOperationCase() == kind) {
        found = message;
      }
    }
    return found;
  }

  long count(OperationCase kind) {
    return link().sent.stream().map(Envelope::getRequest).filter(r -> is(r, kind)).count();
  }

  private static boolean is(Request request, OperationCase kind) {
    return request.getOperationCase() == kind;
  }

  void reply(Envelope to, Reply reply) {
    listener.onMessage(
        Envelope.newBuilder()
            .setCorrelation(to.getCorrelation())
            .setEpoch(epoch)
            .setReply(reply)
            .build());
  }

  void refuse(Envelope to, Error.Builder error) {
    reply(to, Reply.newBuilder().setError(error).build());
  }

  /** The connection breaks; the engine's pause before the next one passes. */
  void lose() {
    listener.onClosed("test");
    pass(1_000);
  }
}
