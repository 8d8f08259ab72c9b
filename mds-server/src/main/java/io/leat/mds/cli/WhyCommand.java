package io.leat.mds.cli;

import io.leat.model.TokenSet;
import io.leat.wire.proto.Explanation;
import io.leat.wire.proto.Holder;
import io.leat.wire.proto.WaitingRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Why something waits at a path, on whom, until when, and what comes next. */
@Command(
    name = "why",
    description = {
      "Tells what waits on a file or directory, on whom, until when, and what comes next.",
      "",
      "A request waits when it would change what some client holds tokens for: the server asks them"
          + " back, and goes on when they have come or their holder's lease is over."
    },
    footer = {
      "",
      "Examples:",
      "  leat why /user/ann/part-0001",
      "  leat why leat://demo/user/ann/part-0001 --json"
    })
final class WhyCommand implements Callable<Integer> {

  private static final double MILLIS_PER_SECOND = 1_000;
  private static final String SCHEME = "leat";

  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "PATH", description = "A path, or a URI leat://NAME/PATH.")
  private String path;

  @Option(
      names = "--vs",
      paramLabel = "NAME",
      description = "The virtual server, where the server has several and PATH names none.")
  private String virtualServer;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    takeApartUri();
    if (!path.startsWith("/")) {
      throw new ParameterException(
          spec.commandLine(), "'%s' is not absolute: begin it with / or leat://".formatted(path));
    }
    try (ServerQuery query = server.connect()) {
      String name = virtualServer == null ? query.onlyVirtualServer() : virtualServer;
      Explanation explanation = query.explain(name, path);
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(Json.of(Descriptions.explanation(name, path, explanation)));
      } else {
        print(out, name, explanation);
      }
      out.flush();
    }
    return ExitCode.OK;
  }

  private void takeApartUri() {
    if (!path.startsWith(SCHEME + ":")) {
      return;
    }
    try {
      URI uri = URI.create(path);
      String named = uri.getAuthority();
      if (uri.isOpaque()
          || (named != null && virtualServer != null && !named.equals(virtualServer))) {
        throw new ParameterException(
            spec.commandLine(),
            uri.isOpaque()
                ? "'%s' has no absolute path: write leat://NAME/PATH".formatted(path)
                : "'%s' is not of virtual server %s; leave --vs out"
                    .formatted(path, virtualServer));
      }
      virtualServer = named == null ? virtualServer : named;
      path = uri.getPath() == null || uri.getPath().isEmpty() ? "/" : uri.getPath();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "'%s' is no URI: %s".formatted(path, e.getMessage()), e);
    }
  }

  private void print(PrintWriter out, String name, Explanation explanation) {
    printState(out, name, explanation);
    if (explanation.getFlushing()) {
      out.println(
          "an hsync of it was cut short: truncation and concatenation wait for the server's next"
              + " flush of the volume");
    }
    boolean putOff = explanation.getSilentSessions() > 0 || explanation.getFlushing();
    if (explanation.getWaitingCount() == 0 && !putOff) {
      out.printf("nothing waits for %s%n", path);
    }
    for (WaitingRequest waiting : explanation.getWaitingList()) {
      out.printf(
          "%s of user %s waits here, for %s by now: %s, session %d%n",
          waiting.getRequest(),
          waiting.getUser(),
          seconds(waiting.getWaitedMillis()),
          process(waiting.getProcess(), waiting.getHost()),
          waiting.getSession());
      out.printf(
          "  it needs %s; whoever has not given that back in %s is expelled, and over with its lease%n",
          text(waiting.getWanted()), seconds(Math.max(0, waiting.getPatienceMillis())));
    }
    more(out, explanation.getWaitingTotal() - explanation.getWaitingCount(), "requests");
    for (Holder holder : explanation.getHoldersList()) {
      print(out, holder);
    }
    more(out, explanation.getHoldersTotal() - explanation.getHoldersCount(), "holders");
    if (explanation.getHoldersCount() == 0 && explanation.getSilentSessions() == 0) {
      out.println("no client holds anything there");
    }
  }

  private static void printState(PrintWriter out, String name, Explanation explanation) {
    if (explanation.getSilentSessions() > 0) {
      out.printf(
          "virtual server %s has restarted and waits for %d client sessions to return, %s at the"
              + " longest; appends, truncations and concatenations wait with it, and for a tenth of"
              + " a lease deletes, renames and changes of attributes; what these sessions hold is not"
              + " known%n",
          name, explanation.getSilentSessions(), seconds(explanation.getSilentMillis()));
    }
    if (explanation.getState().equals("SAFE_MODE")) {
      out.printf(
          "virtual server %s is in safe mode: nothing can be changed until it is left%n", name);
    }
  }

  private static void print(PrintWriter out, Holder holder) {
    out.printf(
        "%s: %s, session %d, holds %s%n",
        holder.getWrites() ? "writer" : "holder",
        process(holder.getProcess(), holder.getHost()),
        holder.getSession(),
        holder.getTokens() == 0 ? "the write lease" : text(holder.getTokens()));
    String lease = seconds(holder.getLeaseRemainingMillis());
    if (holder.getExpelled()) {
      out.printf("  expelled: over with its lease, in %s%n", lease);
    } else if (!holder.getConnected()) {
      out.printf("  not connected: ends with its lease, in %s, unless it returns%n", lease);
    }
    if (holder.getAsked() != 0) {
      out.printf("  asked for %s%n", text(holder.getAsked()));
    }
    if (holder.getWrites()) {
      out.printf("  others cannot write before it closes, or recoverLease is called%n");
    }
  }

  private static void more(PrintWriter out, long left, String what) {
    if (left > 0) {
      out.printf("and %d %s more%n", left, what);
    }
  }

  private static String process(String process, String host) {
    return process.isEmpty() ? "a process that is gone" : process + " on " + host;
  }

  private static String text(long tokens) {
    return TokenSet.known(tokens).toString();
  }

  private static String seconds(long millis) {
    return "%.1f s".formatted(millis / MILLIS_PER_SECOND);
  }
}
