package io.gitalyrouter.route;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which methods a role is about: all, only some, or all but some. <em>Immutable.</em>
 *
 * @param only the methods it is about; empty for all
 * @param except the methods it is not about, although {@code only} may name them
 */
public record MethodFilter(Names only, Names except) {
  private static final MethodFilter ALL = new MethodFilter(Names.NONE, Names.NONE);

  /** Every method. */
  public static MethodFilter all() {
    return ALL;
  }

  /**
   * A filter of these methods, each written as {@code RefService/ListRefs}, or {@code RefService/*}
   * for all methods of a service.
   *
   * @throws IllegalArgumentException if one is written otherwise
   */
  public static MethodFilter of(Collection<String> only, Collection<String> except) {
    return only.isEmpty() && except.isEmpty()
        ? ALL
        : new MethodFilter(Names.parse(only), Names.parse(except));
  }

  /** Whether a text is written as {@link #of} asks for. */
  public static boolean isWellFormed(String text) {
    return Names.FORM.matcher(text).matches();
  }

  /**
   * Whether the role is about a method.
   *
   * @param fullMethodName such as {@code gitaly.RefService/ListRefs}
   * @param serviceName such as {@code gitaly.RefService}
   */
  public boolean matches(String fullMethodName, String serviceName) {
    return (only.isEmpty() || only.contain(fullMethodName, serviceName))
        && !except.contain(fullMethodName, serviceName);
  }

  /**
   * Names of methods and of whole services. <em>Immutable.</em>
   *
   * @param methods full method names
   * @param services full service names
   */
  public record Names(Set<String> methods, Set<String> services) {
    static final Names NONE = new Names(Set.of(), Set.of());
    static final Pattern FORM = Pattern.compile("(?:gitaly\\.)?[A-Za-z]\\w*/(?:\\*|[A-Za-z]\\w*)");
    private static final String PACKAGE = "gitaly.";

    /** Copies the sets. */
    public Names {
      methods = Set.copyOf(methods);
      services = Set.copyOf(services);
    }

    static Names parse(Collection<String> texts) {
      Set<String> methods = new LinkedHashSet<>();
      Set<String> services = new LinkedHashSet<>();
      for (String text : texts) {
        if (!isWellFormed(text)) {
          throw new IllegalArgumentException(
              "method: " + text + " (expected: Service/Method or Service/*)");
        }
        String full = text.startsWith(PACKAGE) ? text : PACKAGE + text;
        if (full.endsWith("/*")) {
          services.add(full.substring(0, full.length() - 2));
        } else {
          methods.add(full);
        }
      }
      return new Names(methods, services);
    }

    boolean isEmpty() {
      return methods.isEmpty() && services.isEmpty();
    }

    boolean contain(String fullMethodName, String serviceName) {
      return methods.contains(fullMethodName) || services.contains(serviceName);
    }

    @Override
    public String toString() {
      Set<String> all = new TreeSet<>(methods);
      services.forEach(service -> all.add(service + "/*"));
      return all.toString();
    }
  }
}
