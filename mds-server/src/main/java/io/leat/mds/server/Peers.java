package io.leat.mds.server;

import io.leat.wire.Channel;
import io.leat.wire.ChannelListener;
import io.leat.wire.WireClient;
import io.leat.wire.WireProtocol;
import io.leat.wire.proto.DescribeServer;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.ServerDescription;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks other metadata servers how they are, over the wire. Any thread. */
final class Peers implements Closeable {

  /** For a connection, and then for the answer. */
  private static final int ANSWER_MILLIS_MAX = 500;

  private static final long CORRELATION = 1;

  /** Other failures to connect have the same type: no route, no network. */
  private static final String REFUSED = "refused";

  private final String me;

  /** Null before anybody was asked, and after the end. */
  private WireClient client;

  private boolean closed;

  /**
   * @param me name of the metadata server that asks
   */
  Peers(String me) {
    this.me = me;
  }

  /**
   * Asks a server.
   *
   * @param host and {@code port} where it listened
   * @return what it says of itself; fails when there is no answer in time, or sooner ({@link
   *     #isRefused})
   */
  CompletableFuture<ServerDescription> describe(String host, int port) {
    Answer answer = new Answer();
    CompletableFuture<Channel> connecting =
        client()
            .connect(
                host,
                port,
                WireProtocol.hello(MetadataServer.SOFTWARE, "localhost", me),
                answer,
                ANSWER_MILLIS_MAX);
    var unused =
        connecting.whenComplete(
            (channel, failure) -> {
              if (failure == null) {
                answer.ask(channel);
              } else {
                answer.description.completeExceptionally(failure);
              }
            });
    return answer.description;
  }

  /** Whether a question has failed because the host says that nobody listens there any more. */
  static boolean isRefused(Throwable failure) {
    Throwable last = failure;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return last instanceof ConnectException && String.valueOf(last.getMessage()).contains(REFUSED);
  }

  private synchronized WireClient client() {
    if (closed) {
      throw new IllegalStateException("the server ends");
    }
    if (client == null) {
      client = new WireClient();
    }
    return client;
  }

  /** One connection for one question. */
  private static final class Answer implements ChannelListener {

    private final CompletableFuture<ServerDescription> description = new CompletableFuture<>();

    private void ask(Channel channel) {
      var unused =
          description
              .orTimeout(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
              .whenComplete((answer, failure) -> channel.close("the question is over"));
      channel.send(
          Envelope.newBuilder()
              .setCorrelation(CORRELATION)
              .setRequest(
                  Request.newBuilder().setDescribeServer(DescribeServer.getDefaultInstance()))
              .build());
    }

    @Override
    public void onMessage(Channel channel, Envelope message) {
      if (message.hasReply() && message.getReply().hasServer()) {
        description.complete(message.getReply().getServer());
      } else {
        description.completeExceptionally(new IOException("no answer but " + message));
      }
    }

    @Override
    public void onClosed(Channel channel, String reason) {
      description.completeExceptionally(new IOException(reason));
    }
  }

  @Override
  public void close() {
    WireClient last;
    synchronized (this) {
      closed = true;
      last = client;
      client = null;
    }
    if (last != null) {
      last.close();
    }
  }
}
