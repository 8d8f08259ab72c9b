package io.leat.mds.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Columns as wide as their widest value. */
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** With these titles. */
  public Table(String... titles) {
    rows.add(List.of(titles));
  }

  /** Adds a row; each value by its {@code toString}. */
  public void row(Object... values) {
    List<String> row = new ArrayList<>();
    for (Object value : values) {
      row.add(value.toString());
    }
    rows.add(row);
  }

  /** Prints titles and rows. */
  public void print(PrintWriter out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append(row.get(column)).append(" ".repeat(width(column) - row.get(column).length()));
        line.append(GAP);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
