package io.leat.benchmarks.workload;

import io.leat.benchmarks.workload.Population.Visit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Operations on names by a number of threads. Each operation has a fresh client, and stat and open
 * take each path once, so nothing they ask for is cached at the client; restat and reopen take a
 * few paths again and again.
 */
final class NamesWorkload implements Workload {
  private static final int FILES_PER_DIRECTORY = 200;
  private static final int LIST_ENTRIES = 1_000;

  /** Files that are looked at and opened again. */
  private static final int AGAIN_FILES = 100;

  /** How often each is taken before it is measured, so that a client that caches has it cached. */
  private static final int AGAIN_BEFORE = 3;

  /** How long files are created that are only there to be deleted, at most. */
  private static final int CREATE_MORE_PHASES = 2;

  private final int threads;
  private final List<ThreadFiles> own = new ArrayList<>();
  private Population found;
  private Population listed;

  NamesWorkload(int threads) {
    this.threads = threads;
  }

  @Override
  public void prepare(Client client) throws IOException, InterruptedException {
    int entries = client.scale().listDirectories() * LIST_ENTRIES;
    found = new Population(client.path("found"), client.scale().paths(), FILES_PER_DIRECTORY);
    listed = new Population(client.path("listed"), entries, LIST_ENTRIES);
    try (FileSystem fileSystem = client.fresh()) {
      // The workloads with other numbers of threads find the same files.
      if (!fileSystem.exists(client.path("listed"))) {
        found.make(fileSystem, Population.EMPTY);
        listed.make(fileSystem, Population.EMPTY);
      }
    }
  }

  @Override
  public void run(Client client, Measured measured) throws IOException, InterruptedException {
    begin(client);
    phase(client, measured, "create", fs -> (thread, time) -> own.get(thread).create(fs));
    phase(client, measured, "mkdirs", fs -> (thread, time) -> own.get(thread).mkdirs(fs, time));
    phase(client, measured, "stat", fs -> found.eachOnce(fs::getFileStatus));
    phase(client, measured, "open", fs -> found.eachOnce(path -> fs.open(path).close()));
    if (threads == 1) {
      again(client, measured, "restat", fs -> fs::getFileStatus);
      again(client, measured, "reopen", fs -> path -> fs.open(path).close());
    }
    phase(client, measured, "rename", fs -> (thread, time) -> own.get(thread).rename(fs, time));
    createMore(client);
    phase(client, measured, "delete", fs -> (thread, time) -> own.get(thread).delete(fs));
    phase(client, measured, "list1000", fs -> (thread, time) -> list(fs, thread + time));
    end(client);
  }

  /** What the threads do in a phase, with its fresh client. */
  private interface Phase {
    Crew.Task with(FileSystem fileSystem);
  }

  private void phase(Client client, Measured measured, String operation, Phase phase)
      throws IOException, InterruptedException {
    try (FileSystem fileSystem = client.fresh()) {
      Crew.Work work = Crew.run(threads, client.scale().phaseMillis(), phase.with(fileSystem));
      measured.value("meta." + operation + "." + threads, work.perSecond());
    }
  }

  /** Takes the same few files again and again. */
  private void again(
      Client client, Measured measured, String operation, Function<FileSystem, Visit> visit)
      throws IOException, InterruptedException {
    try (FileSystem fileSystem = client.fresh()) {
      Crew.Task task = found.again(AGAIN_FILES, visit.apply(fileSystem));
      for (int i = 0; i < AGAIN_BEFORE * AGAIN_FILES; i++) {
        task.run(0, i);
      }
      Crew.Work work = Crew.run(1, client.scale().phaseMillis(), task);
      measured.value("meta." + operation + ".cached.1", work.perSecond());
    }
  }

  private void begin(Client client) throws IOException {
    own.clear();
    try (FileSystem fileSystem = client.fresh()) {
      for (int thread = 0; thread < threads; thread++) {
        ThreadFiles files = new ThreadFiles(new Path(changed(client), "t" + thread));
        files.makeDirectories(fileSystem);
        own.add(files);
      }
    }
  }

  /** So that there is enough to delete, also where creating is slow. */
  private void createMore(Client client) throws IOException, InterruptedException {
    int each = client.scale().deletes(threads) / threads;
    try (FileSystem fileSystem = client.fresh()) {
      var unused =
          Crew.run(
              threads,
              CREATE_MORE_PHASES * client.scale().phaseMillis(),
              (thread, time) ->
                  own.get(thread).count() < each && own.get(thread).create(fileSystem));
    }
  }

  private boolean list(FileSystem fileSystem, int number) throws IOException {
    Path directory = listed.directories().get(number % listed.directories().size());
    int entries = fileSystem.listStatus(directory).length;
    if (entries != LIST_ENTRIES) {
      throw new IOException("%s lists %d entries".formatted(directory, entries));
    }
    return true;
  }

  private void end(Client client) throws IOException {
    try (FileSystem fileSystem = client.fresh()) {
      fileSystem.delete(changed(client), true);
    }
  }

  private Path changed(Client client) {
    return client.path("changed" + threads);
  }
}
