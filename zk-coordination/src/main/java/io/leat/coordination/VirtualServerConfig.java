package io.leat.coordination;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Where the configuration of a virtual server stands, and who may own it.
 *
 * @param name formed like a DNS label, since it is the authority of URIs: 1 to 63 lower-case
 *     letters, digits or '-', with no '-' at either end
 * @param candidates names of the members that may own it, each once, the preferred one first; 1 to
 *     {@value #MAX_CANDIDATES}
 * @param pointer where its configuration stands on the volumes, in a form that its readers agree
 *     on; 1 to 1024 printable characters
 * @param started it is to be served; otherwise nobody owns it
 * @param balanced the cell chooses the candidates and their order, so that its members have equal
 *     shares
 * @param version of this entry, for compare-and-set; {@link #NEW} before it is stored
 */
public record VirtualServerConfig(
    String name,
    List<String> candidates,
    String pointer,
    boolean started,
    boolean balanced,
    long version) {

  /** The version of what is not stored yet. */
  public static final long NEW = -1;

  /** Most candidates: each has a lane of the metadata area, which has this many. */
  public static final int MAX_CANDIDATES = 16;

  /** Validates every part. */
  public VirtualServerConfig {
    Values.virtualServer(name);
    candidates = List.copyOf(candidates);
    Values.atLeast("number of candidates", candidates.size(), 1);
    Values.atMost("candidates", candidates.size(), MAX_CANDIDATES);
    candidates.forEach(Values::member);
    if (new HashSet<>(candidates).size() != candidates.size()) {
      throw new IllegalArgumentException("candidates " + candidates + " must differ");
    }
    Values.text("configuration pointer", pointer);
    Values.atLeast("version", version, NEW);
  }

  /** One that is started, and whose candidates the cell leaves alone. */
  public VirtualServerConfig(String name, List<String> candidates, String pointer, long version) {
    this(name, candidates, pointer, true, false, version);
  }

  /**
   * {@code name}, if a virtual server can have it.
   *
   * @throws IllegalArgumentException if not; says what a name must look like
   */
  public static String requireValidName(String name) {
    return Values.virtualServer(name);
  }

  /** The same entry as stored under {@code newVersion}. */
  public VirtualServerConfig withVersion(long newVersion) {
    return new VirtualServerConfig(name, candidates, pointer, started, balanced, newVersion);
  }

  /** The same entry with one more candidate, the last in order. */
  public VirtualServerConfig withCandidate(String candidate) {
    List<String> more = new ArrayList<>(candidates);
    more.add(candidate);
    return withCandidates(more);
  }

  /** The same entry with other candidates. */
  public VirtualServerConfig withCandidates(List<String> others) {
    return new VirtualServerConfig(name, others, pointer, started, balanced, version);
  }

  /** The same entry, to be served or not. */
  public VirtualServerConfig withStarted(boolean nowStarted) {
    return new VirtualServerConfig(name, candidates, pointer, nowStarted, balanced, version);
  }

  /** The same entry pointing elsewhere. */
  public VirtualServerConfig withPointer(String newPointer) {
    return new VirtualServerConfig(name, candidates, newPointer, started, balanced, version);
  }
}
