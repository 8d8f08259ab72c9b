package io.leat.mds.cell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a cell's background process says about itself, in a file of the cell's directory, from when
 * it serves until it has stopped in order.
 *
 * @param pid its process id
 * @param started when the process started, so that another process with the same id is not taken
 *     for it
 * @param addresses of its metadata servers, {@code host:port}
 * @param notes sentences for the user, in one line
 */
public record RunFile(long pid, Instant started, List<String> addresses, String notes) {

  // The operating system counts in ticks since its own start, so two readings may differ a little.
  private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

  private static final String PID = "pid";
  private static final String STARTED = "started.millis";
  private static final String ADDRESSES = "addresses";
  private static final String NOTES = "notes";

  public RunFile {
    Objects.requireNonNull(started);
    Objects.requireNonNull(notes);
    addresses = List.copyOf(addresses);
  }

  /** For this process, which runs {@code cell}. */
  public static RunFile ofThisProcess(EmbeddedCell cell) {
    ProcessHandle self = ProcessHandle.current();
    return new RunFile(
        self.pid(), startOf(self), cell.addresses(), String.join("; ", cell.notes()));
  }

  /** The file of a cell's directory; empty when there is none. */
  public static Optional<RunFile> read(CellLayout layout) throws IOException {
    try {
      return Optional.of(parse(PropertyFile.read(layout.runFile())));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new IOException(layout.runFile() + " is damaged: " + e.getMessage(), e);
    }
  }

  private static RunFile parse(Map<String, String> read) {
    String addresses = read.getOrDefault(ADDRESSES, "");
    return new RunFile(
        Long.parseLong(read.getOrDefault(PID, "")),
        Instant.ofEpochMilli(Long.parseLong(read.getOrDefault(STARTED, ""))),
        addresses.isEmpty() ? List.of() : List.of(addresses.split(",")),
        read.getOrDefault(NOTES, ""));
  }

  /** Replaces the file of a cell's directory. */
  public void write(CellLayout layout) throws IOException {
    PropertyFile.write(
        layout.runFile(),
        "The background process of this cell; gone when it has stopped in order.",
        Map.of(
            PID, Long.toString(pid),
            STARTED, Long.toString(started.toEpochMilli()),
            ADDRESSES, String.join(",", addresses),
            NOTES, notes));
  }

  /** Removes the file of a cell's directory. */
  public static void delete(CellLayout layout) throws IOException {
    Files.deleteIfExists(layout.runFile());
  }

  /** The process, if it is still the same one and alive. */
  public Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isSame);
  }

  private boolean isSame(ProcessHandle candidate) {
    Duration apart = Duration.between(started, startOf(candidate)).abs();
    return apart.compareTo(START_TOLERANCE) <= 0;
  }

  private static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }
}
