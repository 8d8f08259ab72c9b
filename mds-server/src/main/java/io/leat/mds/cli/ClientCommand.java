package io.leat.mds.cli;

import io.leat.mds.cell.Sizes;
import io.leat.wire.proto.SessionDescription;
import io.leat.wire.proto.SessionExpelled;
import io.leat.wire.proto.VirtualServerDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Client sessions. */
@Command(
    name = "client",
    synopsisSubcommandLabel = "COMMAND",
    description = "Client sessions: the processes that use a virtual server.",
    footer = {
      "",
      "Examples:",
      "  leat client list",
      "  leat client list --vs demo --json",
      "  leat client expel 12"
    })
final class ClientCommand implements Runnable {
  private static final double MILLIS_PER_SECOND = 1_000;

  /** State of a session that is over and has no lease. */
  private static final String HELD = "HELD";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "client list, or client expel SESSION?");
  }

  @Command(
      name = "list",
      description = "Lists client sessions with their leases and what they hold.")
  int list(
      @Mixin ServerOption server,
      @Option(
              names = "--vs",
              paramLabel = "NAME",
              description = "Of this virtual server only; default: of all.")
          String virtualServer,
      @Option(names = "--json", description = "Print JSON.") boolean json)
      throws IOException {
    Map<String, List<SessionDescription>> sessions = new TreeMap<>();
    try (ServerQuery query = server.connect()) {
      for (String name : names(query, virtualServer)) {
        sessions.put(name, query.sessions(name).getSessionsList());
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.of(maps(sessions)));
    } else {
      table(sessions).print(out);
    }
    out.flush();
    return 0;
  }

  @Command(
      name = "expel",
      description = {
        "Ends a client session that holds something up: its requests are refused from now on, and"
            + " what it holds is free when its lease is over.",
        "",
        "What it may still be writing to stays unused until that is known to have ended, as after"
            + " any lost client. A client that lives opens a new session: its open streams fail,"
            + " its readers go on."
      })
  int expel(
      @Mixin ServerOption server,
      @Parameters(paramLabel = "SESSION", description = "Its number in 'leat client list'.")
          long session,
      @Option(
              names = "--vs",
              paramLabel = "NAME",
              description = "Of this virtual server, where the server has several.")
          String virtualServer)
      throws IOException {
    try (ServerQuery query = server.connect()) {
      String name = virtualServer == null ? query.onlyVirtualServer() : virtualServer;
      SessionExpelled expelled = query.expel(name, session);
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "session %d of %s (%s on %s) is expelled, and over in %.1f s%n",
          session,
          name,
          expelled.getProcess(),
          expelled.getHost(),
          expelled.getLeaseRemainingMillis() / MILLIS_PER_SECOND);
      out.flush();
    }
    return 0;
  }

  private static List<String> names(ServerQuery query, String chosen) throws IOException {
    if (chosen != null) {
      return List.of(chosen);
    }
    return query.server().getVirtualServersList().stream()
        .map(VirtualServerDescription::getName)
        .toList();
  }

  private static List<Map<String, Object>> maps(Map<String, List<SessionDescription>> sessions) {
    List<Map<String, Object>> maps = new ArrayList<>();
    sessions.forEach(
        (name, list) -> list.forEach(one -> maps.add(Descriptions.session(name, one))));
    return maps;
  }

  private static Table table(Map<String, List<SessionDescription>> sessions) {
    Table table =
        new Table(
            "VS",
            "SESSION",
            "HOST",
            "PROCESS",
            "OPEN",
            "WRITING",
            "HELD",
            "LEASE LEFT",
            "FENCE",
            "STATE",
            "EPOCH",
            "WAITS FOR");
    sessions.forEach((name, list) -> list.forEach(one -> row(table, name, one)));
    return table;
  }

  private static void row(Table table, String virtualServer, SessionDescription one) {
    table.row(
        virtualServer,
        one.getSession(),
        one.getHost(),
        one.getProcess(),
        one.getOpenFiles(),
        one.getWriteLeases(),
        Sizes.of(one.getHeldBytes()),
        HELD.equals(one.getState())
            ? "-"
            : "%.1f s".formatted(one.getLeaseRemainingMillis() / MILLIS_PER_SECOND),
        orDash(one.getFence()),
        orDash(one.getState()),
        one.getEndedEpoch() == 0 ? "-" : one.getEndedEpoch(),
        orDash(one.getWaitsFor()));
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }
}
