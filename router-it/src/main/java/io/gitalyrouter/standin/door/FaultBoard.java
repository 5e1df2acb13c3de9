package io.gitalyrouter.standin.door;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.gitalyrouter.standin.proto.Fault;
import io.gitalyrouter.standin.proto.FaultCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The faults that are switched on, in the order in which they were added. *Thread-safe.*
 *
 * <p>The first one that matches and strikes is taken. A fraction is spread evenly (0.25 strikes
 * every fourth match), so a test can say exactly how many calls it hits.
 */
public final class FaultBoard {
  private final AtomicLong lastId = new AtomicLong();
  private final List<ActiveFault> faults = new CopyOnWriteArrayList<>();

  /**
   * Switches a fault on.
   *
   * @return its id
   * @throws IllegalArgumentException if the fraction is not between 0 and 1
   */
  public long add(Fault fault) {
    if (!(fault.getFraction() >= 0 && fault.getFraction() <= 1)) {
      throw new IllegalArgumentException(
          "fraction: " + fault.getFraction() + " (expected: >= 0 and <= 1)");
    }
    ActiveFault active = new ActiveFault(lastId.incrementAndGet(), fault);
    faults.add(active);
    return active.id;
  }

  /** Switches one fault off; an unknown id changes nothing. */
  public void clear(long id) {
    faults.removeIf(fault -> fault.id == id);
  }

  /** Switches all faults off. */
  public void clearAll() {
    faults.clear();
  }

  /** How often each fault that is on has struck. */
  public List<FaultCount> counts() {
    List<FaultCount> counts = new ArrayList<>();
    for (ActiveFault fault : faults) {
      counts.add(FaultCount.newBuilder().setId(fault.id).setStruck(fault.struck()).build());
    }
    return counts;
  }

  /** The fault that makes this method absent from the server, if one strikes. */
  Optional<Fault> strikeBeforeToken(String method) {
    return strike(method, /* disabling= */ true);
  }

  /** The fault that happens to a call that the token check has let in, if one strikes. */
  Optional<Fault> strikeAfterToken(String method) {
    return strike(method, /* disabling= */ false);
  }

  private Optional<Fault> strike(String method, boolean disabling) {
    for (ActiveFault fault : faults) {
      if (fault.fault.hasDisable() == disabling && fault.matches(method) && fault.tryStrike()) {
        return Optional.of(fault.fault);
      }
    }
    return Optional.empty();
  }

  private static final class ActiveFault {
    private final Object lock = new Object();
    private final long id;
    private final Fault fault;

    @GuardedBy("lock") private long matched;

    @GuardedBy("lock") private long struck;

    ActiveFault(long id, Fault fault) {
      this.id = id;
      this.fault = fault;
    }

    boolean matches(String method) {
      String pattern = fault.getMethod();
      return pattern.isEmpty()
          || pattern.equals(method)
          || (pattern.endsWith("*")
              && method.startsWith(pattern.substring(0, pattern.length() - 1)));
    }

    boolean tryStrike() {
      synchronized (lock) {
        if (fault.getLimit() > 0 && struck >= fault.getLimit()) {
          return false;
        }
        double fraction = fault.getFraction() == 0 ? 1 : fault.getFraction();
        long due = (long) Math.floor(matched * fraction);
        matched++;
        if ((long) Math.floor(matched * fraction) == due) {
          return false;
        }
        struck++;
        return true;
      }
    }

    long struck() {
      synchronized (lock) {
        return struck;
      }
    }
  }
}
