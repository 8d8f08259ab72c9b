package io.leat.mds.takeover;

import io.leat.coordination.VirtualServerConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives the members of a cell equal shares of the virtual servers that it balances: of those that
 * they prefer to own, and of those that they take over when one of the others is gone. A pure
 * function of what the cell knows, so it does no harm if two members carry it out.
 */
public final class Balance {

  /** Candidates of a virtual server that are alive. */
  static final int CANDIDATES_MAX = 4;

  /** Those that are gone counted too: each has a lane of the area. */
  public static final int LANES = 8;

  private final List<String> members;
  private final Map<String, List<String>> orders = new HashMap<>();
  private final List<String> names = new ArrayList<>();

  private Balance(List<VirtualServerConfig> balanced, Collection<String> members) {
    this.members = members.stream().sorted().toList();
    for (VirtualServerConfig config : balanced) {
      names.add(config.name());
      orders.put(config.name(), new ArrayList<>(config.candidates()));
    }
    names.sort(Comparator.naturalOrder());
  }

  /**
   * The virtual servers whose candidates should change, with those that they should have.
   *
   * @param all of the cell; those that are not balanced count for nothing, those that are stopped
   *     keep their share, because they will be back
   * @param members that are alive. A member that is gone stays a candidate at its place, because it
   *     will be back
   */
  public static List<VirtualServerConfig> changes(
      List<VirtualServerConfig> all, Collection<String> members) {
    List<VirtualServerConfig> balanced =
        all.stream().filter(VirtualServerConfig::balanced).toList();
    Balance balance = new Balance(balanced, members);
    balance.run();
    return balanced.stream()
        .map(one -> one.withCandidates(balance.orders.get(one.name())))
        .filter(one -> !balanced.contains(one))
        .toList();
  }

  private void run() {
    names.forEach(this::addMembers);
    boolean moved = true;
    while (moved && !members.isEmpty()) {
      moved = moveOne();
    }
    orderTheRest();
  }

  /** Those with the fewest places first. */
  private void addMembers(String name) {
    List<String> order = orders.get(name);
    while (order.size() < LANES
        && order.stream().filter(members::contains).count() < CANDIDATES_MAX) {
      Optional<String> next =
          members.stream()
              .filter(member -> !order.contains(member))
              .min(Comparator.comparingLong(this::places));
      if (next.isEmpty()) {
        return;
      }
      order.add(next.get());
    }
  }

  private long places(String member) {
    return orders.values().stream().filter(order -> order.contains(member)).count();
  }

  /** Makes the member with the fewest the preferred one, in the place of the one with the most. */
  private boolean moveOne() {
    for (String least : byShare()) {
      for (int i = members.size() - 1; i >= 0; i--) {
        String most = byShare().get(i);
        if (share(most) - share(least) < 2) {
          break;
        }
        Optional<String> name =
            names.stream()
                .filter(one -> orders.get(one).get(0).equals(most))
                .filter(one -> orders.get(one).contains(least))
                .findFirst();
        if (name.isPresent()) {
          List<String> order = orders.get(name.get());
          order.remove(least);
          order.add(0, least);
          return true;
        }
      }
    }
    return false;
  }

  private List<String> byShare() {
    return members.stream().sorted(Comparator.comparingLong(this::share)).toList();
  }

  private long share(String member) {
    return orders.values().stream().filter(order -> order.get(0).equals(member)).count();
  }

  /** Behind each preferred one the second places are shared out, too. */
  private void orderTheRest() {
    Map<String, Integer> seconds = new HashMap<>();
    for (String name : names) {
      List<String> order = orders.get(name);
      String first = order.get(0);
      List<String> rest =
          order.stream()
              .skip(1)
              .sorted(
                  Comparator.<String>comparingInt(
                          member -> seconds.getOrDefault(first + "," + member, 0))
                      .thenComparing(Comparator.naturalOrder()))
              .toList();
      if (!rest.isEmpty()) {
        seconds.merge(first + "," + rest.get(0), 1, Integer::sum);
      }
      order.subList(1, order.size()).clear();
      order.addAll(rest);
    }
  }
}
