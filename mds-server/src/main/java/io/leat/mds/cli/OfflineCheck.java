package io.leat.mds.cli;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.StoppedCell;
import io.leat.mds.check.CheckReport;
import io.leat.mds.check.ImageRepair;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.server.MdsConfig;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.mds.server.OfflineVirtualServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks virtual servers of a stopped cell. */
final class OfflineCheck {

  private final MdsConfig mds;
  private final Path home;

  OfflineCheck(StoppedCell cell, CellLayout layout) {
    this.mds = cell.configuration().mds();
    this.home = layout.tmp();
  }

  List<CheckOutcome> run(Optional<String> name, boolean repair) throws IOException {
    List<CheckOutcome> outcomes = new ArrayList<>();
    for (VirtualServerStorage storage : chosen(name)) {
      outcomes.add(check(storage, repair));
    }
    return outcomes;
  }

  private List<VirtualServerStorage> chosen(Optional<String> name) throws CommandFailure {
    List<VirtualServerStorage> chosen =
        mds.virtualServers().stream()
            .filter(one -> name.isEmpty() || name.get().equals(one.name()))
            .toList();
    if (chosen.isEmpty()) {
      throw new CommandFailure(
          "the cell has no virtual server %s; it has %s"
              .formatted(
                  name.orElse(""),
                  mds.virtualServers().stream().map(VirtualServerStorage::name).toList()));
    }
    return chosen;
  }

  private CheckOutcome check(VirtualServerStorage storage, boolean repair) throws IOException {
    Files.createDirectories(home);
    Path scratch = Files.createTempDirectory(home, "check-" + storage.name() + "-");
    try (OfflineVirtualServer server = OfflineVirtualServer.open(storage, scratch)) {
      CheckReport report = server.check();
      String how = how(server);
      return repair && !report.isClean()
          ? repair(server, storage.name(), how)
          : CheckOutcome.of(storage.name(), how, report, List.of());
    } finally {
      delete(scratch);
    }
  }

  private CheckOutcome repair(OfflineVirtualServer server, String name, String how)
      throws IOException {
    ImageRepair.Outcome outcome = server.repair(mds.name());
    return CheckOutcome.of(name, how, outcome.after(), outcome.done());
  }

  private static String how(OfflineVirtualServer server) {
    return "offline, the journal %s; %s"
        .formatted(
            server.end().map(JournalPosition::toString).map("up to "::concat).orElse("is empty"),
            server.note());
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
