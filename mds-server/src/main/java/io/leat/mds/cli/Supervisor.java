package io.leat.mds.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who starts this process again when it ends: systemd, as far as is known, which is told when the
 * server answers.
 */
final class Supervisor {

  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  /** Set by systemd to the process that it has started itself. */
  private static final String STARTED = "SYSTEMD_EXEC_PID";

  /** Set by systemd where it wants to be told. */
  private static final String NOTIFY_SOCKET = "NOTIFY_SOCKET";

  private static final Path CONTROL_GROUP = Path.of("/proc/self/cgroup");
  private static final Pattern UNIT =
      Pattern.compile("/([^/\n]+\\.service)(?=/|$)", Pattern.MULTILINE);
  private static final long NOTIFY_SECONDS_MAX = 10;

  private final long pid;
  private final Map<String, String> environment;
  private final String controlGroup;

  /**
   * @param environment of the process
   * @param controlGroup content of {@code /proc/self/cgroup}
   */
  Supervisor(long pid, Map<String, String> environment, String controlGroup) {
    this.pid = pid;
    this.environment = environment;
    this.controlGroup = controlGroup;
  }

  /** That of this process. */
  static Supervisor here() {
    String controlGroup = "";
    try {
      controlGroup = Files.readString(CONTROL_GROUP);
    } catch (IOException e) {
      LOG.debug("the control group is not known", e);
    }
    return new Supervisor(ProcessHandle.current().pid(), System.getenv(), controlGroup);
  }

  /** What restarts the process, in a sentence. */
  String describe() {
    Optional<MatchResult> unit =
        UNIT.matcher(controlGroup).results().reduce((outer, inner) -> inner);
    if (unit.isPresent() && Long.toString(pid).equals(environment.get(STARTED))) {
      return "If it ends, systemd starts it again, as far as unit %s says so."
          .formatted(unit.get().group(1));
    }
    return "Nothing that is known here starts it again if it ends; docs/operations.md, 'Under a supervisor'.";
  }

  /** Tells who waits for it that the server answers. */
  void ready(String status) {
    if (!environment.containsKey(NOTIFY_SOCKET)) {
      return;
    }
    // The protocol needs a datagram socket of the host, which Java has not.
    ProcessBuilder notify = new ProcessBuilder("systemd-notify", "--ready", "--status=" + status);
    notify.environment().put(NOTIFY_SOCKET, environment.get(NOTIFY_SOCKET));
    try {
      Process process = notify.inheritIO().start();
      if (!process.waitFor(NOTIFY_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        LOG.error("systemd-notify has not ended in {} s; systemd waits", NOTIFY_SECONDS_MAX);
      } else if (process.exitValue() != 0) {
        LOG.error("systemd-notify answers {}; systemd waits", process.exitValue());
      }
    } catch (IOException e) {
      LOG.error("systemd waits to be told that the server answers, and cannot be", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
