package io.leat.mds.sim;

import io.leat.client.engine.ClientEngine;
import io.leat.client.engine.OpenFile;
import io.leat.client.engine.WriteGrant;
import io.leat.mds.sim.Actor.Answers;
import io.leat.mds.sim.RegisterHistory.Kind;
import io.leat.mds.sim.RegisterHistory.Operation;
import io.leat.mds.sim.Tree.Node;
import io.leat.model.ErrorCode;
import io.leat.model.FileAttributes;
import io.leat.model.LeatException;
import io.leat.wire.listing.ListingPage;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.Concat;
import io.leat.wire.proto.Create;
import io.leat.wire.proto.Delete;
import io.leat.wire.proto.GetStatus;
import io.leat.wire.proto.Listing;
import io.leat.wire.proto.MakeDirectories;
import io.leat.wire.proto.RecoverLease;
import io.leat.wire.proto.Rename;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.SetPermission;
import io.leat.wire.proto.Truncate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/** What a user does next: drawn at random from what makes sense now. */
final class Workload {

  /** What a reader of somebody else's file may be told. */
  private static final Set<ErrorCode> READER_REFUSALS =
      Set.of(ErrorCode.NOT_FOUND, ErrorCode.IS_DIRECTORY, ErrorCode.PARENT_NOT_DIRECTORY);

  private static final String USER = SimServer.SUPERUSER;
  private static final int EARLY_MILLIS = 100;

  /** More than there are shared names. */
  private static final int LISTED_MAX = 100;

  /** How often a shared name is looked at again on average. */
  private static final int LOOKS_AGAIN = 20;

  /** One user in so many who would fill a range ends all that others are filling. */
  private static final int FILLED_RECOVERED_ONE_IN = 8;

  private static final int LOOK_AGAIN_MILLIS_MAX = 50;

  private final Actor actor;
  private final SharedNames shared;
  private final SharedRanges filled;
  private final List<Actor> others;
  private Version asked;
  private long askedOf;
  private boolean lastLook;

  Workload(Actor actor, SharedNames shared, SharedRanges filled, List<Actor> others) {
    this.actor = actor;
    this.shared = shared;
    this.filled = filled;
    this.others = others;
  }

  /** The process has died: what was asked for stays possible. */
  void interrupted() {
    asked = null;
    lastLook = false;
  }

  void next() {
    if (!actor.own.known()) {
      actor.own.look(actor::think);
    } else if (actor.world.calm()) {
      end();
    } else {
      act();
    }
  }

  private void act() {
    if (actor.random.nextInt(100) < actor.world.profile.sharing()) {
      share();
      return;
    }
    switch (actor.random.nextInt(21)) {
      case 0, 1, 2, 3 -> create();
      case 4, 5, 6 -> append();
      case 7 -> truncate();
      case 8 -> rename();
      case 9 -> delete();
      case 10 -> concat();
      case 11 -> makeDirectory();
      case 12 -> actor.own.look(actor::think);
      case 13, 14 -> readOwn(actor::think);
      case 15, 16 -> readOther();
      case 17 -> recover(anybody().own.path(Tree.pick(Tree.FILES, actor.random)));
      case 18 -> readFilled(actor::think);
      default -> fill();
    }
  }

  private Actor anybody() {
    return others.get(actor.random.nextInt(others.size()));
  }

  // ---- the end --------------------------------------------------------------------------------

  /** Looks at everything once more. */
  private void end() {
    if (!lastLook) {
      lastLook = true;
      actor.own.look(actor::think);
      return;
    }
    readAll(actor.own.tree().files());
  }

  private void readAll(List<String> files) {
    if (files.isEmpty()) {
      readFilled(actor::finish);
    } else {
      List<String> left = files.subList(1, files.size());
      read(actor.own.path(files.get(0)), true, () -> readAll(left));
    }
  }

  // ---- streams --------------------------------------------------------------------------------

  private void create() {
    String path = Tree.pick(Tree.FILES, actor.random);
    Tree tree = actor.own.tree();
    if (!tree.hasParent(path)) {
      makeDirectory();
      return;
    }
    long tag = actor.world.newTag();
    long stream = actor.process().engine().newStream();
    Create.Builder create = creation(actor.own.path(path), tag, stream).setOverwrite(true);
    Function<ClientEngine, CompletableFuture<WriteGrant>> call =
        engine -> engine.create(USER, create);
    Tree after = tree.with(path, new Node(false, Tree.UNKNOWN, tag));
    Consumer<WriteGrant> made =
        granted -> {
          actor.own.become(tree.with(path, new Node(false, granted.file().id(), tag)));
          created(path, new Writing(actor, granted, Version.empty()));
        };
    if (tree.has(path)) {
      actor.own.change("create " + path, call, after, made);
    } else {
      actor.own.create(path, tag, call, after, made);
    }
  }

  private void created(String path, Writing writing) {
    Runnable write = () -> writing.start(path);
    if (actor.random.nextInt(4) == 0) {
      seen(path, write);
    } else {
      actor.later(pauseMillis(), write);
    }
  }

  /** What was answered is seen. */
  private void seen(String path, Runnable then) {
    Request.Builder status =
        Request.newBuilder().setGetStatus(GetStatus.newBuilder().setPath(actor.own.path(path)));
    actor.call(
        engine -> engine.call(USER, status),
        new Answers<>(
            reply -> then.run(),
            refused -> {
              actor.requireExplained("stat " + path, refused);
              then.run();
            },
            then));
  }

  private static Create.Builder creation(String path, long tag, long stream) {
    return Create.newBuilder()
        .setPath(path)
        .setMode(0644)
        .setBlockSize(tag)
        .setReplication(1)
        .setStream(stream);
  }

  private void append() {
    String path = ownFile();
    if (path == null) {
      create();
      return;
    }
    long stream = actor.process().engine().newStream();
    actor.note("append", path);
    actor.call(
        engine -> engine.append(USER, actor.own.path(path), stream),
        new Answers<WriteGrant>(
            granted -> appended(path, granted),
            refused -> leaseHeld("append " + path, path, refused),
            this::unknown));
  }

  private void appended(String path, WriteGrant granted) {
    long tag = granted.state().attributes().blockSize();
    Version holds = actor.contents.resolve(tag, granted.state().attributes().size());
    actor.contents.requireWhole(tag, holds);
    new Writing(actor, granted, holds).start(path);
  }

  private void unknown() {
    actor.own.unanswered();
    actor.think();
  }

  /** A stream of an earlier process may still hold it; its lease is taken from it at times. */
  private void leaseHeld(String what, String path, LeatException refused) {
    Optional<LostBytes> lost = LostBytes.of(refused);
    if (lost.isPresent()) {
      dataLost(what, lost.get());
      return;
    }
    actor.requireExplained(what, refused);
    if (refused.code() == ErrorCode.LEASE_HELD && actor.random.nextBoolean()) {
      recover(actor.own.path(path));
    } else {
      actor.think();
    }
  }

  /** A death of the host has taken the file's end; at times the rest is kept. */
  private void dataLost(String what, LostBytes lost) {
    if (!actor.own.holds(lost.path())) {
      actor.world.judge.violated("D1", what + " was refused for lost bytes of " + lost.path());
      return;
    }
    String path = actor.own.relative(lost.path());
    long tag = actor.own.tree().get(path).tag();
    actor.contents.checkLost(
        actor + ", " + what, tag, actor.world.time.now(), lost.from(), lost.from());
    if (actor.random.nextBoolean()) {
      truncate(path, size -> (int) lost.from());
    } else {
      actor.think();
    }
  }

  private void recover(String path) {
    actor.note("recover lease", path);
    ask(
        Request.newBuilder().setRecoverLease(RecoverLease.newBuilder().setPath(path)),
        reply -> actor.think(),
        refused -> {
          requireReaderRefusal("recovering the lease of " + path, refused);
          actor.think();
        });
  }

  private void ask(Request.Builder request, Consumer<Reply> ok, Consumer<LeatException> refused) {
    actor.call(engine -> engine.callOnce(USER, request), new Answers<>(ok, refused, this::unknown));
  }

  /** A file of the own tree; null when there is none. */
  private String ownFile() {
    List<String> files = actor.own.tree().files();
    return files.isEmpty() ? null : Tree.pick(files, actor.random);
  }

  // ---- changes of a file or of names ----------------------------------------------------------

  private void truncate() {
    String path = ownFile();
    if (path == null) {
      create();
      return;
    }
    truncate(path, size -> actor.random.nextInt(size + 1));
  }

  private void truncate(String path, IntUnaryOperator cutOf) {
    sizeOf(path, holds -> truncate(path, holds, cutOf.applyAsInt(holds.size())));
  }

  private void truncate(String path, Version holds, int cut) {
    askedOf = actor.own.tree().get(path).tag();
    asked = actor.contents.attempt(askedOf, holds.cut(cut));
    actor.note("truncate", path);
    ask(
        Request.newBuilder()
            .setTruncate(Truncate.newBuilder().setPath(actor.own.path(path)).setSize(cut)),
        reply -> {
          published();
          actor.think();
        },
        refused -> {
          actor.contents.refused(askedOf, asked);
          leaseHeld("truncate " + path, path, refused);
        });
  }

  private void published() {
    actor.contents.acknowledged(askedOf, asked);
    asked = null;
  }

  private void concat() {
    List<String> files = actor.own.tree().files();
    if (files.size() < 2) {
      create();
      return;
    }
    String target = files.get(actor.random.nextInt(files.size()));
    String source = files.get(actor.random.nextInt(files.size()));
    if (target.equals(source)) {
      append();
      return;
    }
    sizeOf(target, head -> sizeOf(source, tail -> concat(target, source, head, tail)));
  }

  private void sizeOf(String path, Consumer<Version> then) {
    long tag = actor.own.tree().get(path).tag();
    ask(
        Request.newBuilder().setGetStatus(GetStatus.newBuilder().setPath(actor.own.path(path))),
        reply -> then.accept(actor.contents.resolve(tag, reply.getStatus().getStatus().getSize())),
        refused -> leaseHeld("stat " + path, path, refused));
  }

  private void concat(String target, String source, Version head, Version tail) {
    askedOf = actor.own.tree().get(target).tag();
    asked = actor.contents.attempt(askedOf, head.joined(tail));
    Tree before = actor.own.tree();
    Request.Builder request =
        Request.newBuilder()
            .setConcat(
                Concat.newBuilder()
                    .setTarget(actor.own.path(target))
                    .addSources(actor.own.path(source)));
    actor.own.begin("concat " + target + " " + source, before.without(source));
    ask(
        request,
        reply -> {
          actor.own.become(before.without(source));
          actor.contents.requireWhole(askedOf, head);
          actor.contents.requireWhole(before.get(source).tag(), tail);
          actor.contents.refused(askedOf, asked); // it knew less of what is durable
          asked = actor.contents.attempt(askedOf, head.joined(tail));
          published();
          actor.think();
        },
        refused -> {
          actor.own.become(before);
          actor.contents.refused(askedOf, asked);
          leaseHeld("concat " + target, target, refused);
        });
  }

  private void rename() {
    Tree tree = actor.own.tree();
    String from = ownFile();
    String to = Tree.pick(Tree.FILES, actor.random);
    if (tree.has("d") && !tree.has("e") && actor.random.nextInt(3) == 0) {
      rename("d", "e", false);
    } else if (from != null && tree.hasParent(to) && !from.equals(to)) {
      rename(from, to, true);
    } else {
      create();
    }
  }

  private void rename(String from, String to, boolean overwrite) {
    Request.Builder request =
        Request.newBuilder()
            .setRename(
                Rename.newBuilder()
                    .setSource(actor.own.path(from))
                    .setDestination(actor.own.path(to))
                    .setOverwrite(overwrite));
    change("rename " + from + " to " + to, request, actor.own.tree().moved(from, to));
  }

  private void change(String what, Request.Builder request, Tree after) {
    actor.own.change(what, engine -> engine.callOnce(USER, request), after, reply -> actor.think());
  }

  private void delete() {
    Tree tree = actor.own.tree();
    if (tree.nodes().isEmpty()) {
      create();
      return;
    }
    String path = Tree.pick(List.copyOf(tree.nodes().keySet()), actor.random);
    Request.Builder request =
        Request.newBuilder()
            .setDelete(Delete.newBuilder().setPath(actor.own.path(path)).setRecursive(true));
    actor.own.change(
        "delete " + path,
        engine -> engine.callOnce(USER, request),
        tree.without(path),
        reply -> {
          if (!reply.getDeleted().getExisted()) {
            actor.world.judge.violated(
                "exactly-once", actor + " deleted " + path + ", and was told that it was absent");
          }
          actor.think();
        });
  }

  private void makeDirectory() {
    String path = Tree.pick(Tree.DIRECTORIES, actor.random);
    Tree tree = actor.own.tree();
    Request.Builder request =
        Request.newBuilder()
            .setMakeDirectories(
                MakeDirectories.newBuilder().setPath(actor.own.path(path)).setMode(0755));
    Tree after = tree.has(path) ? tree : tree.with(path, new Node(true, Tree.UNKNOWN, 0));
    change("mkdir " + path, request, after);
  }

  // ---- reading --------------------------------------------------------------------------------

  private void readOwn(Runnable then) {
    String path = ownFile();
    if (path == null) {
      create();
    } else {
      read(actor.own.path(path), actor.random.nextBoolean(), then);
    }
  }

  private void readOther() {
    read(anybody().own.path(Tree.pick(Tree.FILES, actor.random)), false, actor::think);
  }

  private void read(String path, boolean whole, Runnable then) {
    long since = actor.world.time.now();
    boolean mine = actor.own.holds(path);
    actor.note("read", path);
    actor.call(
        engine -> engine.open(USER, path),
        Met.OPEN_REMEMBERED,
        new Answers<OpenFile>(
            file -> {
              actor.world.seen(file.state().attributes().blockSize());
              long tag = file.state().attributes().blockSize();
              Reading.Shadow shadow = actor.contents.shadow(actor.toString(), tag);
              new Reading(actor, path, file, since, whole, shadow, then).next();
            },
            refused -> {
              if (mine) {
                actor.requireExplained("reading " + path, refused);
              } else {
                requireReaderRefusal("reading " + path, refused);
              }
              then.run();
            },
            then));
  }

  private void requireReaderRefusal(String what, LeatException refused) {
    if (!READER_REFUSALS.contains(refused.code())) {
      actor.requireExplained(what, refused);
    }
  }

  // ---- the file that all fill -----------------------------------------------------------------

  private void fill() {
    if (actor.random.nextInt(FILLED_RECOVERED_ONE_IN) == 0) {
      recover(SharedRanges.PATH);
    } else {
      new Filling(actor, filled).start();
    }
  }

  private void readFilled(Runnable then) {
    long since = actor.world.time.now();
    actor.note("read", SharedRanges.PATH);
    actor.call(
        engine -> engine.open(USER, SharedRanges.PATH),
        Met.OPEN_REMEMBERED,
        new Answers<OpenFile>(
            file -> {
              Reading.Shadow shadow = filled.shadow(actor.toString());
              boolean whole = actor.random.nextBoolean();
              new Reading(actor, SharedRanges.PATH, file, since, whole, shadow, then).next();
            },
            refused -> {
              requireReaderRefusal("reading " + SharedRanges.PATH, refused);
              filled.requireNotThereSince(since);
              then.run();
            },
            then));
  }

  // ---- shared names ---------------------------------------------------------------------------

  private void share() {
    int name = shared.pick(actor.random);
    RegisterHistory history = shared.history(name);
    if (!shared.isMade() || history.isFull()) {
      readOwn(actor::think);
      return;
    }
    switch (actor.random.nextInt(15)) {
      case 0, 1 -> createShared(SharedNames.path(name), history);
      case 2, 3 -> deleteShared(SharedNames.path(name), history);
      case 4 -> moveDoor(actor.random.nextBoolean() ? SharedNames.OPEN : SharedNames.SHUT);
      case 5, 6, 7 -> lookAsGuest(SharedNames.path(name), history);
      case 8, 9, 10 -> listShared();
      default -> lookShared(SharedNames.path(name), history);
    }
  }

  /** Shuts the directory to guests, or opens it. */
  private void moveDoor(long to) {
    if (shared.door().isFull()) {
      readOwn(actor::think);
      return;
    }
    Operation operation = shared.door().ask(Kind.SET, to);
    ask(
        Request.newBuilder()
            .setSetPermission(
                SetPermission.newBuilder()
                    .setPath(SharedNames.DIRECTORY)
                    .setMode(SharedNames.mode(to))),
        reply -> {
          answer(shared.door(), operation, to);
          actor.think();
        },
        refused -> {
          shared.door().withdraw(operation);
          actor.requireExplained("moving the door", refused);
          actor.think();
        });
  }

  /** What he is told shows both whether he may look and what is there. */
  private void lookAsGuest(String path, RegisterHistory history) {
    if (shared.door().isFull()) {
      readOwn(actor::think);
      return;
    }
    Operation may = shared.door().ask(Kind.LOOK, 0);
    Operation look = history.ask(Kind.LOOK, 0);
    Consumer<Long> seen =
        there -> {
          answer(shared.door(), may, SharedNames.OPEN);
          answer(history, look, there);
        };
    actor.call(
        engine -> engine.status(actor.process().asking(SharedNames.GUEST, path), path),
        new Answers<FileAttributes>(
            status -> {
              seen.accept(status.blockSize());
              actor.think();
            },
            refused -> {
              if (refused.code() == ErrorCode.PERMISSION_DENIED) {
                answer(shared.door(), may, SharedNames.SHUT);
                history.withdraw(look);
              } else if (refused.code() == ErrorCode.NOT_FOUND) {
                seen.accept(RegisterHistory.ABSENT);
              } else {
                shared.door().withdraw(may);
                history.withdraw(look);
                actor.requireExplained("a guest's look at a shared name", refused);
              }
              actor.think();
            },
            actor::think));
  }

  private void createShared(String path, RegisterHistory history) {
    long tag = actor.world.newTag();
    long stream = actor.process().engine().newStream();
    Operation operation = history.ask(Kind.CREATE, tag);
    actor.callEarly(
        engine -> engine.create(USER, creation(path, tag, stream)),
        new Answers<WriteGrant>(
            granted -> {
              answer(history, operation, 1);
              actor.later(pauseMillis(), () -> closeShared(granted));
            },
            refused -> answerShared(refused, ErrorCode.ALREADY_EXISTS, history, operation, 0),
            actor::think));
  }

  /** As long as the server may take to give a journal what it has answered early, now and then. */
  private int pauseMillis() {
    return actor.random.nextBoolean() ? 0 : actor.random.nextInt(EARLY_MILLIS);
  }

  /** It may have been deleted since. */
  private void closeShared(WriteGrant granted) {
    Commit.Builder commit =
        Commit.newBuilder()
            .setFileId(granted.file().id())
            .setStream(granted.stream())
            .setClose(true);
    actor.call(
        engine -> engine.commit(granted, commit),
        new Answers<>(
            closed -> actor.think(),
            refused -> {
              actor.process().engine().abandon(granted);
              actor.think();
            },
            () -> {
              actor.process().engine().abandon(granted);
              actor.think();
            }));
  }

  private void deleteShared(String path, RegisterHistory history) {
    Operation operation = history.ask(Kind.DELETE, 0);
    ask(
        Request.newBuilder().setDelete(Delete.newBuilder().setPath(path)),
        reply -> {
          answer(history, operation, reply.getDeleted().getExisted() ? 1 : 0);
          actor.think();
        },
        refused -> answerShared(refused, ErrorCode.NOT_FOUND, history, operation, 0));
  }

  private void lookShared(String path, RegisterHistory history) {
    Operation operation = history.ask(Kind.LOOK, 0);
    actor.call(
        engine -> engine.status(USER, path),
        new Answers<FileAttributes>(
            status -> {
              actor.process().told(USER, path);
              answer(history, operation, status.blockSize());
              again(() -> lookShared(path, history), history.isFull());
            },
            refused -> {
              if (answers(
                  refused, ErrorCode.NOT_FOUND, history, operation, RegisterHistory.ABSENT)) {
                again(() -> lookShared(path, history), history.isFull());
              } else {
                actor.think();
              }
            },
            actor::think));
  }

  /** Looks at all names at once. */
  private void listShared() {
    List<RegisterHistory> histories = shared.histories();
    if (histories.stream().anyMatch(RegisterHistory::isFull)) {
      readOwn(actor::think);
      return;
    }
    List<Operation> looks = histories.stream().map(history -> history.ask(Kind.LOOK, 0)).toList();
    actor.call(
        engine -> engine.list(USER, SharedNames.DIRECTORY, "", LISTED_MAX),
        Met.LISTING_REMEMBERED,
        new Answers<Listing>(
            listing -> {
              Map<String, Long> there = tags(listing);
              for (int name = 0; name < looks.size(); name++) {
                long tag = there.getOrDefault(SharedNames.path(name), RegisterHistory.ABSENT);
                answer(histories.get(name), looks.get(name), tag);
              }
              again(this::listShared, false);
            },
            refused -> {
              for (int name = 0; name < looks.size(); name++) {
                histories.get(name).withdraw(looks.get(name));
              }
              actor.requireExplained("listing the shared names", refused);
              actor.think();
            },
            actor::think));
  }

  private static Map<String, Long> tags(Listing listing) {
    try {
      ListingPage page = ListingPage.of(listing.getPage());
      Map<String, Long> tags = new HashMap<>();
      for (int i = 0; i < page.size(); i++) {
        tags.put(SharedNames.DIRECTORY + "/" + page.name(i), page.attributes(i).blockSize());
      }
      return tags;
    } catch (IOException e) {
      throw new UncheckedIOException("a page of a listing is damaged", e);
    }
  }

  /** Whoever looks once often looks again: clients remember what is asked for twice. */
  private void again(Runnable look, boolean full) {
    if (full || actor.random.nextInt(LOOKS_AGAIN) == 0) {
      actor.think();
    } else {
      actor.later(actor.random.nextInt(LOOK_AGAIN_MILLIS_MAX), look);
    }
  }

  private void answer(RegisterHistory history, Operation operation, long result) {
    history.answer(operation, result, actor.world.time.now());
  }

  private void answerShared(
      LeatException refused,
      ErrorCode expected,
      RegisterHistory history,
      Operation operation,
      long result) {
    var unused = answers(refused, expected, history, operation, result);
    actor.think();
  }

  /** Whether a refusal is the expected one, which is an answer. */
  private boolean answers(
      LeatException refused,
      ErrorCode expected,
      RegisterHistory history,
      Operation operation,
      long result) {
    boolean answers = refused.code() == expected;
    if (answers) {
      answer(history, operation, result);
    } else {
      history.withdraw(operation);
      actor.requireExplained("an operation on a shared name", refused);
    }
    return answers;
  }
}
