package io.leat.mds.sim;

import io.leat.client.engine.ClientEngine;
import io.leat.mds.sim.Actor.Answers;
import io.leat.mds.sim.Tree.Node;
import io.leat.model.FileAttributes;
import io.leat.model.LeatException;
import io.leat.wire.listing.ListingPage;
import io.leat.wire.proto.ListDirectory;
import io.leat.wire.proto.MakeDirectories;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The directory that one user alone changes, and what it must hold. While an operation has not been
 * answered there are two possibilities; a look at the directory decides.
 */
final class OwnDirectory {

  private final Actor actor;
  private final String path;
  private List<Tree> possible = List.of(Tree.empty());
  private Tree pending;
  private boolean known;

  /** Creates that were answered before they were durable, in this order. */
  private final Deque<Early> early = new ArrayDeque<>();

  /**
   * A create.
   *
   * @param before what the directory held before it
   * @param tag of the file
   * @param atMillis when it was answered
   */
  private record Early(Tree before, long tag, long atMillis) {}

  OwnDirectory(Actor actor, String path) {
    this.actor = actor;
    this.path = path;
  }

  String path(String name) {
    return path + "/" + name;
  }

  /** Whether an absolute path is one of its files. */
  boolean holds(String absolute) {
    return absolute.startsWith(path + "/") && tree().has(relative(absolute));
  }

  String relative(String absolute) {
    return absolute.substring(path.length() + 1);
  }

  /** What it holds; only when {@link #known}. */
  Tree tree() {
    return possible.get(0);
  }

  /** False until it was looked at after something that nobody knows the outcome of. */
  boolean known() {
    return known;
  }

  /** A new process begins with a look. */
  void forgetNothing() {
    known = false;
  }

  /** The operation under way may have been carried out; streams may have ended anyhow. */
  void unanswered() {
    known = false;
    if (pending != null) {
      List<Tree> both = new ArrayList<>(possible);
      both.add(pending);
      possible = both;
      pending = null;
    }
  }

  /**
   * The host has died: what was answered early and seen by nobody may be gone, and with it all that
   * came after it.
   */
  void hostDied() {
    List<Tree> left = new ArrayList<>(possible);
    while (!early.isEmpty()
        && !actor.world.isSettled(early.peekLast().atMillis())
        && !actor.world.isSeen(early.peekLast().tag())) {
      left.add(early.removeLast().before());
    }
    early.clear();
    possible = left;
  }

  /** An operation is under way that would leave this. */
  void begin(String what, Tree after) {
    actor.note(what, path);
    pending = after;
  }

  /** An operation is over: {@code tree} is what it holds now. */
  void become(Tree tree) {
    possible = List.of(tree);
    pending = null;
  }

  /**
   * Makes a file where none is.
   *
   * @param after the tree after it
   */
  <T> void create(
      String path,
      long tag,
      Function<ClientEngine, CompletableFuture<T>> call,
      Tree after,
      Consumer<T> ok) {
    Tree before = tree();
    begin("create " + path, after);
    actor.callEarly(
        call,
        changing(
            "create " + path,
            after,
            reply -> {
              early.add(new Early(before, tag, actor.world.time.now()));
              ok.accept(reply);
            }));
  }

  /**
   * Makes a request that changes the tree.
   *
   * @param after the tree after it
   * @param ok what to do next
   */
  <T> void change(
      String what, Function<ClientEngine, CompletableFuture<T>> call, Tree after, Consumer<T> ok) {
    begin(what, after);
    actor.call(call, changing(what, after, ok));
  }

  private <T> Answers<T> changing(String what, Tree after, Consumer<T> ok) {
    return new Answers<T>(
        reply -> {
          become(after);
          ok.accept(reply);
        },
        refused -> {
          pending = null;
          actor.requireExplained(what, refused);
          actor.think();
        },
        () -> {
          unanswered();
          actor.think();
        });
  }

  // ---- looking --------------------------------------------------------------------------------

  /**
   * Looks at the directory. First comes a request that changes nothing but stands in line behind
   * whatever an earlier process has sent.
   */
  void look(Runnable then) {
    Request.Builder make =
        Request.newBuilder()
            .setMakeDirectories(
                MakeDirectories.newBuilder().setPath(path).setMode(0755).setCreateParents(true));
    actor.call(
        engine -> engine.callOnce("root", make),
        new Answers<Reply>(made -> list("", new Look(then)), this::violated, actor::think));
  }

  private void violated(LeatException refused) {
    actor.requireExplained("looking at " + path, refused);
    actor.think();
  }

  /** What a look has shown so far. */
  private record Look(
      Runnable then,
      Map<String, Node> nodes,
      Map<String, FileAttributes> attributes,
      List<String> left) {
    Look(Runnable then) {
      this(then, new HashMap<>(), new HashMap<>(), new ArrayList<>());
    }
  }

  private void list(String directory, Look look) {
    String at = directory.isEmpty() ? path : path(directory);
    actor.call(
        engine ->
            engine.call(
                "root",
                Request.newBuilder()
                    .setListDirectory(ListDirectory.newBuilder().setPath(at).setLimit(100))),
        new Answers<Reply>(reply -> listed(directory, reply, look), this::violated, actor::think));
  }

  private void listed(String directory, Reply reply, Look look) {
    ListingPage page = pageOf(reply);
    for (int entry = 0; entry < page.size(); entry++) {
      String name = directory.isEmpty() ? page.name(entry) : directory + "/" + page.name(entry);
      FileAttributes attributes = page.attributes(entry);
      look.nodes()
          .put(name, new Node(attributes.directory(), attributes.fileId(), attributes.blockSize()));
      look.attributes().put(name, attributes);
      if (attributes.directory()) {
        look.left().add(name);
      }
    }
    if (look.left().isEmpty()) {
      seen(look);
    } else {
      list(look.left().remove(0), look);
    }
  }

  private static ListingPage pageOf(Reply reply) {
    try {
      return ListingPage.of(reply.getListing().getPage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void seen(Look look) {
    Tree seen = new Tree(new TreeMap<>(look.nodes()));
    if (possible.stream().noneMatch(tree -> tree.matches(seen))) {
      actor.world.judge.violated(
          "exactly-once or S1", "%s holds %s; possible is %s".formatted(path, seen, possible));
    }
    become(seen);
    early.clear();
    known = true;
    look.attributes()
        .forEach(
            (name, attributes) -> {
              if (!attributes.directory()) {
                var unused = actor.contents.resolve(attributes.blockSize(), attributes.size());
              }
            });
    look.then().run();
  }
}
