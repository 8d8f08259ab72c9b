package io.leat.mds.sim;

import io.leat.mds.image.Image;
import io.leat.mds.operation.Replies;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import io.leat.volume.Device;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Found;
import io.leat.wire.proto.Held;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Release;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.Revoke;
import io.leat.wire.proto.SessionOpened;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Bugs that the simulator can be given, to prove that it would find them. Each is a wrapper around
 * a part of production: around the image, the journal's devices, or a path to the volume.
 */
public enum Plants {
  /** The journal's devices take a flush for granted: what was acknowledged may be lost. */
  ACK_BEFORE_DURABLE("replies leave before the journal is flushed"),

  /** Reply slots never reach the image: a request repeated after a restart is executed again. */
  REPLY_SLOT_FORGOTTEN("reply slots are not stored"),

  /** Replay applies the beginning of what it has replayed once more, over what came later. */
  REPLAY_APPLIED_TWICE("replay goes back and applies old batches again"),

  /** Quarantined blocks are handed out although their last writer may still be writing. */
  BLOCK_REUSED_AT_ONCE("blocks leave the quarantine at once"),

  /** A session's lock file is taken for unlocked although its process holds it. */
  FENCE_IGNORED("lock files of processes are not looked at"),

  /** Queries are answered from snapshots that are behind what was answered early. */
  EARLY_UNSEEN("queries do not wait for what was answered early"),

  /** What was answered early dies with the process. */
  EARLY_FORGOTTEN("a new term does not look for what was answered early"),

  /** Changes that stood in memory reach the image's files without the deletes. */
  FLUSH_FORGETS_DELETES("deletes are not flushed to the image's files"),

  /** What is left of a batch that was cut short passes for a whole one. */
  TORN_TAIL_ACCEPTED("checksums of journal batches are not checked"),

  /** Clients publish extents while their bytes are still on the way to the device. */
  COMMIT_BEFORE_DATA("clients commit before their writes have landed"),

  /** The server counts commits as synced although it has not flushed the volume. */
  SYNCED_TOO_EARLY("the server's flushes of the volume do nothing"),

  /** A client says that it has flushed the volume, and has not. */
  HSYNC_WITHOUT_FLUSH("clients' flushes of the volume do nothing"),

  /** After a death of the host the server takes the page cache for the one from before. */
  BOOT_UNNOTICED("the host's boots are not told apart"),

  /** An hsync is published like an hflush. */
  HSYNC_UNSAID("commits do not say that the volume was flushed"),

  /** A client says that it has given tokens back, and goes on using what they protected. */
  REVOCATION_UNHEEDED("clients give tokens of paths back and keep what they remember"),

  /** What is asked back counts as given back at once: others are granted it meanwhile. */
  REVOCATION_NOT_AWAITED("tokens are granted to others while they are asked back"),

  /** Who has a file open is not counted: its blocks are free as soon as it is deleted. */
  OPEN_UNCOUNTED("readers' tokens are forgotten by the server"),

  /** Who remembers what is in a directory, or is not, is not asked before something is added. */
  ENTRIES_UNCOUNTED("who remembers the entries of a directory is forgotten by the server"),

  /** What a session holds is used long after the server has given it to others. */
  LEASE_OVERSTATED("clients take their lease for eight times as long as it is"),

  /** What is remembered of paths is used after the server takes it for forgotten. */
  REMEMBERED_TOO_LONG("clients use what they remember of paths for as long as they like"),

  /** An owner looks at the epochs once, when it begins, and never again. */
  EPOCH_UNCHECKED("a server that was asleep does not notice that another has taken over"),

  /** A new owner answers before what came before its term is sealed. */
  NO_SEAL("a new owner seals the journal some batches late"),

  /** A new owner goes on after a batch that may stand in a cache only. */
  ADOPT_WITHOUT_REWRITE("a new owner does not write the last batch of the journal again"),

  /** A new owner takes the epoch of the one before. */
  EPOCH_REUSED("a new owner claims the epoch before the one that it was to claim"),

  /** A new owner does not wait for clients that it has not heard yet. */
  GRACE_ENDS_EARLY("for some leases after a takeover the new owner's clock is fast"),

  /** All servers write the journal in one lane. */
  LANE_SHARED("all servers write in one lane of the metadata area"),

  /** A server writes its lane again as if nothing could be under way. */
  LANE_NOT_DRAINED("a lane is used again while what was written to it before may still land"),

  /** A device that has missed a write is read from by the next owner. */
  LEFT_OUT_UNSAID("it is not said which metadata devices are left out"),

  /** A metadata device that is back counts before it has what it missed. */
  BACK_AT_ONCE("a metadata device that is back is in sync at once"),

  /** What a client says that it holds, when it takes its session up, is lost. */
  MANIFEST_FORGOTTEN("who takes a session up is believed to hold nothing"),

  /** A client counts its lease from when a renewal is answered. */
  LEASE_FROM_RECEIPT(
      "clients count their lease from the answer to a renewal, not from its sending"),

  /** A client counts its lease from a renewal that nobody may have heard. */
  RENEWAL_TAKEN_FOR_GRANTED("clients take a renewal for answered as soon as they have sent it"),

  /** What was granted and has been asked back since is taken when it comes at last. */
  LATE_GRANT_ACCEPTED("grants that were overtaken by their revocation are taken by clients"),

  /** Whoever asks in a process is told what another of its users has been told. */
  PERMISSION_UNCHECKED("what one user has been told of a path, others of the process are told too"),

  /** Bytes that a stream could not publish before its lease was taken are gone without a word. */
  DIRTY_DROPPED("a stream whose lease was taken goes on as if it had published its bytes"),

  /** The server flushes the volume, and forgets that it has. */
  SYNCED_UNTOLD("the server does not note that it has flushed the volume");

  /** No request of a client has it, so that the answer to this one is dropped. */
  private static final long UNKNOWN_CORRELATION = Long.MAX_VALUE;

  /** A fast clock gains so many times the time that passes. */
  private static final long FAST_BY = 3;

  /** It is fast for so many leases. */
  private static final long FAST_LEASES = 2;

  private final String description;

  Plants(String description) {
    this.description = description;
  }

  /** What a person types. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public String description() {
    return description;
  }

  /** The plant that a person has typed. */
  public static Optional<Plants> of(String text) {
    return Stream.of(values()).filter(plant -> plant.text().equals(text)).findFirst();
  }

  Image image(Image image) {
    return switch (this) {
      case REPLY_SLOT_FORGOTTEN, REPLAY_APPLIED_TWICE, BLOCK_REUSED_AT_ONCE ->
          new PlantedImage(image, this);
      default -> image;
    };
  }

  /** What the image flushes to. */
  Image files(Image files) {
    return this == FLUSH_FORGETS_DELETES ? new PlantedImage(files, this) : files;
  }

  /**
   * @param all that the journal stands on
   */
  Device journal(Device device, UUID area, List<? extends Device> all) {
    return switch (this) {
      case NO_SEAL -> new UnsealedDevice(device);
      case ADOPT_WITHOUT_REWRITE -> new UncopiedDevice(device, area, all);
      case ACK_BEFORE_DURABLE -> new UnflushedDevice(device);
      case TORN_TAIL_ACCEPTED -> new UncheckedDevice(device, area);
      default -> device;
    };
  }

  /** The epoch blocks, as one server sees them. */
  Device epochs(Device device, UUID area) {
    return switch (this) {
      case EPOCH_UNCHECKED -> new RememberingDevice(device);
      case LEFT_OUT_UNSAID -> new ForgivingEpochs(device, area);
      default -> device;
    };
  }

  Device pageCache(Device device) {
    return this == EARLY_FORGOTTEN ? new ForgetfulDevice(device) : device;
  }

  Device client(Device device, World world) {
    return switch (this) {
      case COMMIT_BEFORE_DATA -> new WriteBehindDevice(device, world);
      case HSYNC_WITHOUT_FLUSH -> new UnflushedDevice(device);
      default -> device;
    };
  }

  /** The volume, as the server flushes it. */
  Device server(Device device) {
    return this == SYNCED_TOO_EARLY ? new UnflushedDevice(device) : device;
  }

  /** In whose name a user asks, who of the same process was the last to be told of this. */
  String asking(String user, Optional<String> told) {
    return this == PERMISSION_UNCHECKED ? told.orElse(user) : user;
  }

  /** Whether a stream takes this failure to publish for a success. */
  boolean swallows(Throwable failure) {
    return this == DIRTY_DROPPED
        && failure instanceof LeatException refused
        && refused.code() == ErrorCode.LEASE_LOST;
  }

  /** What a client seems to be answered at once when it sends this. */
  Optional<Envelope> answeredAtOnce(Envelope sent) {
    return this == RENEWAL_TAKEN_FOR_GRANTED && sent.getRequest().hasRenew()
        ? Optional.of(SimServer.reply(sent, sent.getEpoch(), Replies.done()))
        : Optional.empty();
  }

  /** Whether a client's lease begins when it is answered what it has sent. */
  boolean beginsLeaseWhenAnswered(Envelope sent) {
    return this == LEASE_FROM_RECEIPT
        && (sent.getRequest().hasRenew() || sent.getRequest().hasOpenSession());
  }

  /** Whether a message to a client lets those that are sent behind it pass. */
  boolean isOvertaken(Envelope message) {
    return switch (this) {
      case LATE_GRANT_ACCEPTED -> message.getReply().hasOpened() || message.getReply().hasFound();
      case REVOCATION_NOT_AWAITED -> message.hasEvent();
      default -> false;
    };
  }

  /** What the server receives. */
  Envelope message(Envelope message) {
    if (this == MANIFEST_FORGOTTEN && message.getRequest().hasOpenSession()) {
      Envelope.Builder changed = message.toBuilder();
      changed.getRequestBuilder().getOpenSessionBuilder().clearPages().clearClaims();
      return changed.build();
    }
    if (this != HSYNC_UNSAID || !message.getRequest().hasCommit()) {
      return message;
    }
    Envelope.Builder changed = message.toBuilder();
    changed.getRequestBuilder().getCommitBuilder().setSynced(false).clearProof();
    return changed.build();
  }

  /**
   * A message to a client, as it passes.
   *
   * @param forth what reaches the client
   * @param back what the server receives in the client's name
   */
  record Passed(Optional<Envelope> forth, Optional<Envelope> back) {
    static Passed as(Envelope message) {
      return new Passed(Optional.of(message), Optional.empty());
    }
  }

  /** What a client receives, and what it seems to answer. */
  Passed toClient(Envelope message) {
    return switch (this) {
      case REVOCATION_UNHEEDED -> answered(message, Optional.empty());
      case REVOCATION_NOT_AWAITED -> answered(message, Optional.of(message));
      case OPEN_UNCOUNTED -> uncounted(message);
      case ENTRIES_UNCOUNTED -> withoutEntries(message);
      case LEASE_OVERSTATED, REMEMBERED_TOO_LONG -> Passed.as(overstated(message));
      default -> Passed.as(message);
    };
  }

  /** A revocation of what is remembered of a path is answered before it arrives, if it does. */
  private static Passed answered(Envelope message, Optional<Envelope> forth) {
    Revoke revoke = message.getEvent().getRevoke();
    return TokenSet.known(revoke.getTokens()).and(TokenSet.PATH).isEmpty()
        ? Passed.as(message)
        : new Passed(
            forth,
            Optional.of(
                release(message, revoke.getFileId(), revoke.getTokens(), revoke.getGrant())));
  }

  private static Passed uncounted(Envelope message) {
    Opened opened = message.getReply().getOpened();
    TokenSet tokens = TokenSet.known(opened.getTokens());
    boolean reads = !tokens.isEmpty() && !tokens.writes();
    return reads
        ? new Passed(
            Optional.of(message),
            Optional.of(
                release(
                    message,
                    opened.getStatus().getFileId(),
                    opened.getTokens(),
                    opened.getGrant())))
        : Passed.as(message);
  }

  private static Passed withoutEntries(Envelope message) {
    Found found = message.getReply().getFound();
    if (!found.hasAbsent() && !found.hasListing()) {
      return Passed.as(message);
    }
    Held directory = found.getPath(found.getPathCount() - 1);
    return new Passed(
        Optional.of(message),
        Optional.of(
            release(
                message,
                directory.getStatus().getFileId(),
                TokenSet.ENTRIES.minus(TokenSet.PATH).bits(),
                directory.getGrant())));
  }

  private static Envelope release(Envelope to, long file, long tokens, long grant) {
    Claim claim = Claim.newBuilder().setFileId(file).setTokens(tokens).setGrant(grant).build();
    return Envelope.newBuilder()
        .setVirtualServer(to.getVirtualServer())
        .setEpoch(to.getEpoch())
        .setSession(to.getSession())
        .setCorrelation(UNKNOWN_CORRELATION)
        .setRequest(Request.newBuilder().setRelease(Release.newBuilder().addFiles(claim)))
        .build();
  }

  private Envelope overstated(Envelope message) {
    if (!message.getReply().hasSessionOpened()) {
      return message;
    }
    Envelope.Builder changed = message.toBuilder();
    SessionOpened.Builder opened = changed.getReplyBuilder().getSessionOpenedBuilder();
    if (this == LEASE_OVERSTATED) {
      opened.setLeaseMillis(8 * opened.getLeaseMillis());
    } else {
      opened.setRememberMillis(3 * opened.getLeaseMillis());
    }
    return changed.build();
  }

  /** Which boot of its host the server takes the present one for. */
  int boot(int boot) {
    return this == BOOT_UNNOTICED ? 0 : boot;
  }

  /** The epoch that a new owner claims on the storage. */
  long epoch(long epoch) {
    return this == EPOCH_REUSED ? Math.max(1, epoch - 1) : epoch;
  }

  /**
   * By how much a server's clock is ahead.
   *
   * @param sinceMillis since its term began
   * @param leaseMillis of clients
   */
  long aheadMillis(long sinceMillis, int leaseMillis) {
    return this == GRACE_ENDS_EARLY
        ? FAST_BY * Math.min(sinceMillis, FAST_LEASES * (long) leaseMillis)
        : 0;
  }

  /** Tells an image that what comes now is replay, or that it is over. */
  static void replaying(Image image, boolean now) {
    if (image instanceof PlantedImage planted) {
      planted.replaying(now);
    }
  }
}
