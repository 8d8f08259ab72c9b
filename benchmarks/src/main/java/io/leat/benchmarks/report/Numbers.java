package io.leat.benchmarks.report;

import java.util.Locale;

/** Numbers for people: two or three digits that say something. */
final class Numbers {
  private static final double SIGNIFICANT_BELOW = 0.1;
  private static final double ONE_DIGIT_BELOW = 100;
  private static final double TWO_DIGITS_BELOW = 10;

  private Numbers() {}

  static String of(double value) {
    if (value < SIGNIFICANT_BELOW) {
      return String.format(Locale.ROOT, "%.2g", value);
    }
    if (value < TWO_DIGITS_BELOW) {
      return String.format(Locale.ROOT, "%.2f", value);
    }
    String format = value < ONE_DIGIT_BELOW ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, value);
  }
}
