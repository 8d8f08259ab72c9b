package io.leat.mds.server;

import io.leat.client.ClientConfig;
import io.leat.client.ClientNamespace;
import io.leat.client.FileReader;
import io.leat.client.LeatClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A process with many client engines that hold files open. Reads commands, a line each, and answers
 * {@code OK} or what went wrong: {@code open FROM TO}, by each engine, and {@code close N}, the
 * files that each engine has opened last.
 */
final class ManyOpenFilesMain {

  /** Engines that are busy at the same time. */
  private static final int THREADS = 4;

  private final List<LeatClient> clients = new ArrayList<>();
  private final List<Deque<FileReader>> open = new ArrayList<>();

  private ManyOpenFilesMain() {}

  /** Arguments: address, virtual server, number of engines. */
  public static void main(String[] args) throws Exception {
    ManyOpenFilesMain engines = new ManyOpenFilesMain();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    ClientConfig usual = ClientConfig.of(List.of(args[0]));
    ClientConfig forgetful =
        new ClientConfig(
            usual.addresses(),
            usual.volumePaths(),
            usual.process(),
            usual.connectTimeoutMillis(),
            usual.callTimeoutMillis(),
            usual.writeBufferBytes(),
            0); // each open is to be a message
    for (int i = 0; i < Integer.parseInt(args[2]); i++) {
      engines.clients.add(LeatClient.connect(forgetful, args[1]));
      engines.open.add(new ArrayDeque<>());
    }
    System.out.println("OK");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(engines.execute(threads, line.split(" ")));
      }
    }
    threads.shutdownNow();
    for (LeatClient client : engines.clients) {
      client.close();
    }
  }

  private String execute(ExecutorService threads, String[] words) throws InterruptedException {
    List<Future<?>> done = new ArrayList<>();
    for (int i = 0; i < clients.size(); i++) {
      int engine = i;
      done.add(
          threads.submit(
              () -> {
                execute(engine, words);
                return null;
              }));
    }
    try {
      for (Future<?> each : done) {
        each.get();
      }
      return "OK";
    } catch (java.util.concurrent.ExecutionException e) {
      return "FAILED " + e.getCause();
    }
  }

  private void execute(int engine, String[] words) throws IOException {
    ClientNamespace namespace = clients.get(engine).namespace(System.getProperty("user.name"));
    Deque<FileReader> files = open.get(engine);
    if (words[0].equals("open")) {
      for (int file = Integer.parseInt(words[1]); file < Integer.parseInt(words[2]); file++) {
        files.addLast(namespace.open(TestFiles.path("f" + file)));
      }
    } else {
      for (int i = Integer.parseInt(words[1]); i > 0; i--) {
        files.removeLast().close();
      }
    }
  }
}
