package io.leat.benchmarks.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a user asks for by one name. */
public enum Group {
  /** TestDFSIO and all that moves the bytes of large files. */
  DFSIO,
  /** Operations on names. */
  META,
  /** Files of 4 KiB. */
  SMALL,
  /** What a client waits for when its server goes away. */
  FAILOVER;

  /** The name that stands for every group. */
  public static final String ALL = "all";

  /** As the user types it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What servers its workloads need. */
  public Lineup lineup() {
    return this == FAILOVER ? Lineup.PAIR : Lineup.SINGLE;
  }

  /** The groups of a name; empty when there is no such name. */
  public static Optional<List<Group>> of(String name) {
    if (ALL.equals(name)) {
      return Optional.of(List.of(values()));
    }
    return Arrays.stream(values())
        .filter(group -> group.text().equals(name))
        .map(List::of)
        .findAny();
  }

  /** Every name that a user may type. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    for (Group group : values()) {
      names.add(group.text());
    }
    names.add(ALL);
    return names;
  }
}
