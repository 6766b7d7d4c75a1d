import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;

/**
 * Pairs of a number's digits and its English name, as JSON lines: {@code java
 * examples/NumberNames.java 20000 1 > numbers.jsonl} prints 20,000 different ones of up to six
 * digits, drawn from seed 1. A character transduction whose right answers are known, short words
 * standing for single digits and every place of a digit counting.
 */
public final class NumberNames {
  private static final int DIGITS = 6;
  private static final String[] SMALL = {
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"
  };
  private static final String[] TENS = {
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"
  };

  private NumberNames() {}

  /** Prints {@code args[0]} pairs from seed {@code args[1]}. */
  public static void main(String[] args) {
    int count = Integer.parseInt(args[0]);
    Random random = new Random(Long.parseLong(args[1]));
    Set<Integer> numbers = new LinkedHashSet<>();
    while (numbers.size() < count) {
      // As many digits, one to six, are tried as often as others, until the short ones are used up.
      numbers.add(random.nextInt((int) Math.pow(10, 1 + random.nextInt(DIGITS))));
    }
    StringBuilder lines = new StringBuilder();
    for (int number : numbers) {
      lines.append("{\"x\": \"%d\", \"y\": \"%s\"}\n".formatted(number, name(number)));
    }
    System.out.print(lines);
  }

  private static String name(int number) {
    if (number < SMALL.length) {
      return SMALL[number];
    }
    if (number < 100) {
      return TENS[number / 10] + rest("-", number % 10);
    }
    return number < 1000
        ? SMALL[number / 100] + " hundred" + rest(" ", number % 100)
        : name(number / 1000) + " thousand" + rest(" ", number % 1000);
  }

  private static String rest(String separator, int number) {
    return number == 0 ? "" : separator + name(number);
  }
}
