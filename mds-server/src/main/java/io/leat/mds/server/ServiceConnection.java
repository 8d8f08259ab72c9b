package io.leat.mds.server;

import io.leat.coordination.OwnerRecord;
import io.leat.mds.core.Inbound;
import io.leat.mds.core.Peer;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.namespace.Caller;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.operation.Queries;
import io.leat.mds.operation.Query;
import io.leat.mds.operation.Replies;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.Channel;
import io.leat.wire.ChannelListener;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection. Queries are answered here, from a snapshot, on the connection's event
 * loop: those that were read together share one epoch check (J1). All else goes to the loop of the
 * virtual server it names.
 */
final class ServiceConnection implements ChannelListener, Peer {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceConnection.class);

  private final Channel channel;
  private final MdsService service;

  /** Virtual servers that have seen this connection. */
  private final Set<VirtualServerHost> used = ConcurrentHashMap.newKeySet();

  /** Answers from queries that wait for the epoch check. Event loop only. */
  private final List<Answer> unchecked = new ArrayList<>();

  /** Virtual servers that requests were submitted to and that have to be told. Event loop only. */
  private final Set<VirtualServerHost> submitted = new HashSet<>();

  /** A query's answer, and under which epoch it was found. */
  private record Answer(VirtualServerHost host, long epoch, Envelope request, Reply reply) {}

  ServiceConnection(Channel channel, MdsService service) {
    this.channel = channel;
    this.service = service;
  }

  @Override
  public void onMessage(Channel from, Envelope message) {
    if (message.getVirtualServer().isEmpty()) {
      if (Administration.isMeant(message.getRequest())) {
        administer(message);
        return;
      }
      send(reply(message, 0, service.answer(message.getRequest())));
      return;
    }
    VirtualServerHost host = service.host(message.getVirtualServer());
    if (host == null) {
      send(reply(message, 0, absent(message.getVirtualServer())));
    } else if (host.epoch() == 0 && !mayWait(host, message)) {
      send(reply(message, 0, absent(host))); // no epoch: it has none that it could vouch for
    } else {
      handle(host, message);
    }
  }

  /** A client that comes while its virtual server is being taken over has come to the right one. */
  private static boolean mayWait(VirtualServerHost host, Envelope message) {
    return message.getRequest().hasOpenSession() && host.acceptingEpoch() != 0;
  }

  /** Who may do this is looked up, however new the user is. */
  private void administer(Envelope message) {
    try {
      service
          .callers()
          .lookUp(
              message.getRequest().getUser(),
              caller ->
                  service
                      .administration()
                      .submit(
                          message.getRequest(), caller, reply -> send(reply(message, 0, reply))));
    } catch (RejectedExecutionException e) {
      LOG.warn("Too many users to look up; refused {}", message.getRequest().getUser(), e);
      close("too many users are being looked up");
    }
  }

  private Reply absent(String name) {
    if (service.isStopped(name)) {
      return Replies.error(stopped(name));
    }
    return service
        .elsewhere(name)
        .map(owner -> redirect(name, owner))
        .orElseGet(() -> Replies.error(service.isAwaited(name) ? starting(name) : unknown(name)));
  }

  private static LeatException stopped(String name) {
    return new LeatException(
        ErrorCode.VIRTUAL_SERVER_STOPPED,
        "Virtual server %s was stopped; 'leat vs start %s' serves it again".formatted(name, name));
  }

  private LeatException unknown(String name) {
    return new LeatException(
        ErrorCode.UNKNOWN_VIRTUAL_SERVER,
        "Unknown virtual server %s; metadata server %s serves %s"
            .formatted(name, service.name(), service.virtualServers()));
  }

  private static LeatException starting(String name) {
    return new LeatException(
        ErrorCode.OVERLOADED, "Virtual server " + name + " is starting; try again");
  }

  private Reply redirect(String name, OwnerRecord owner) {
    return Replies.redirect(
        "Virtual server %s is owned by metadata server %s at %s, not by %s"
            .formatted(name, owner.owner(), owner.address(), service.name()),
        owner.address());
  }

  private Reply absent(VirtualServerHost host) {
    return host.otherOwner()
        .map(owner -> redirect(host.name(), owner))
        .orElseGet(() -> Replies.error(starting(host.name())));
  }

  private void handle(VirtualServerHost host, Envelope message) {
    String user = message.getRequest().getUser();
    Optional<Caller> caller = service.callers().known(user);
    if (caller.isPresent()) {
      handle(host, message, caller.get())
          .ifPresentOrElse(unchecked::add, () -> submitted.add(host));
      return;
    }
    try {
      service
          .callers()
          .lookUp(
              user,
              found -> {
                handle(host, message, found).ifPresent(answer -> release(List.of(answer)));
                host.wake();
              });
    } catch (RejectedExecutionException e) {
      LOG.warn("Too many users to look up; refused {}", user, e);
      refuse(
          host,
          message,
          new LeatException(ErrorCode.OVERLOADED, "Too many users are being looked up; try again"));
    }
  }

  /** Answers a query, or passes the request on to the loop. */
  private Optional<Answer> handle(VirtualServerHost host, Envelope message, Caller caller) {
    Optional<Query> query = Queries.of(message.getRequest());
    if (query.isPresent() && !host.unsettled()) {
      return Optional.of(answer(host, message, query.get(), caller));
    }
    if (message.getRequest().hasCheckVirtualServer()) {
      check(host, message, caller);
      return Optional.empty();
    }
    if (message.getRequest().hasHandOver()) {
      handOver(host, message, caller);
      return Optional.empty();
    }
    used.add(host);
    submit(host, message, caller);
    return Optional.empty();
  }

  private void check(VirtualServerHost host, Envelope message, Caller caller) {
    long epoch = host.epoch();
    try {
      service
          .checks()
          .submit(
              host,
              epoch,
              caller,
              reply -> release(List.of(new Answer(host, epoch, message, reply))));
    } catch (LeatException e) {
      refuse(host, message, e);
    }
  }

  /** Its answer is about the cell, so it needs no epoch; there will be a newer one by then. */
  private void handOver(VirtualServerHost host, Envelope message, Caller caller) {
    try {
      service
          .handovers()
          .submit(
              host,
              message.getRequest().getHandOver(),
              caller,
              reply -> send(reply(message, 0, reply)));
    } catch (LeatException e) {
      refuse(host, message, e);
    }
  }

  private void submit(VirtualServerHost host, Envelope message, Caller caller) {
    try {
      host.submit(new Inbound(this, message, caller));
    } catch (LeatException e) {
      if (host.isShared()) {
        // To refuse it the epochs would have to be read, which may be what it waits for.
        close(e.getMessage());
      } else {
        refuse(host, message, e);
      }
    }
  }

  /** A refusal is an answer, too, and only the owner may give one. */
  private void refuse(VirtualServerHost host, Envelope message, LeatException why) {
    release(List.of(new Answer(host, host.epoch(), message, Replies.error(why))));
  }

  private static Answer answer(
      VirtualServerHost host, Envelope message, Query query, Caller caller) {
    long epoch = host.epoch();
    try (ImageSnapshot snapshot = host.snapshot()) {
      Reply reply = query.execute(new Namespace(snapshot), caller);
      return new Answer(host, epoch, message, reply);
    } catch (LeatException e) {
      return new Answer(host, epoch, message, Replies.error(e));
    }
  }

  @Override
  public void onBatchEnd(Channel from) {
    if (!unchecked.isEmpty()) {
      release(unchecked);
      unchecked.clear();
    }
    submitted.forEach(VirtualServerHost::attend);
    submitted.clear();
  }

  /** Sends answers whose epoch is still the newest; the others are not known to be true. */
  private void release(List<Answer> answers) {
    List<Envelope> checked = new ArrayList<>(answers.size());
    VirtualServerHost host = null;
    boolean newest = false;
    for (Answer answer : answers) {
      if (answer.host() != host) {
        host = answer.host();
        newest = isNewest(host, answer.epoch());
      }
      if (newest && host.epoch() == answer.epoch()) {
        checked.add(reply(answer.request(), answer.epoch(), answer.reply()));
      } else {
        close("virtual server " + host.name() + " is not owned here any more");
        return;
      }
    }
    channel.sendAll(checked);
  }

  private static boolean isNewest(VirtualServerHost host, long epoch) {
    try {
      EpochBlocks blocks = EpochReaders.of(host, epoch);
      return epoch != 0 && blocks.newest(epoch);
    } catch (IOException e) {
      LOG.warn("Virtual server {}: the epoch cannot be checked", host.name(), e);
      return false;
    }
  }

  private static Envelope reply(Envelope request, long epoch, Reply reply) {
    return Envelope.newBuilder()
        .setCorrelation(request.getCorrelation())
        .setVirtualServer(request.getVirtualServer())
        .setEpoch(epoch)
        .setSession(request.getSession())
        .setReply(reply)
        .build();
  }

  @Override
  public void onClosed(Channel from, String reason) {
    service.closed(this);
    for (VirtualServerHost host : used) {
      host.disconnected(this);
    }
  }

  /** Whether the loop of a virtual server knows this connection. */
  boolean hasUsed(VirtualServerHost host) {
    return used.contains(host);
  }

  @Override
  public void send(Envelope message) {
    channel.send(message);
  }

  @Override
  public void sendAll(List<Envelope> messages) {
    channel.sendAll(messages);
  }

  @Override
  public void close(String reason) {
    channel.close(reason);
  }

  @Override
  public String address() {
    return channel.remote();
  }
}
