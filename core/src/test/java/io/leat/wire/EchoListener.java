package io.leat.wire;

import io.leat.wire.proto.Envelope;
import java.util.ArrayList;
import java.util.List;

/** Answers each request with a reply of its correlation, a batch at a time. */
final class EchoListener implements ChannelListener {
  private final List<Envelope> replies = new ArrayList<>();

  @Override
  public void onMessage(Channel channel, Envelope message) {
    replies.add(Wire.reply(message.getCorrelation()));
  }

  @Override
  public void onBatchEnd(Channel channel) {
    channel.sendAll(replies);
    replies.clear();
  }

  @Override
  public void onClosed(Channel channel, String reason) {
    replies.clear();
  }
}
