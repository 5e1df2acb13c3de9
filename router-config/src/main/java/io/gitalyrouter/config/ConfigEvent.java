package io.gitalyrouter.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something that happened to the configuration of a running router. <em>Immutable.</em> */
public sealed interface ConfigEvent {

  /**
   * A version took effect.
   *
   * @param generation how many versions this follower has applied, this one included
   * @param origin where it was read; the last good copy, if the source had no valid one at the
   *     start
   * @param hash the first digits of its SHA-256
   * @param warnings what did not keep it from taking effect, but deserves a look
   */
  record Applied(long generation, String origin, String hash, List<ConfigProblem> warnings)
      implements ConfigEvent {
    /** Copies the list. */
    public Applied {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * The source's version cannot be used; the one before stays in force. Told once for the same
   * problems.
   *
   * @param problems all that is wrong
   */
  record Refused(List<ConfigProblem> problems) implements ConfigEvent {
    /** Copies the list. */
    public Refused {
      problems = List.copyOf(problems);
    }
  }

  /**
   * After a refusal, the source again holds what is in force.
   *
   * @param origin where it was read
   * @param hash the first digits of its SHA-256
   */
  record Recovered(String origin, String hash) implements ConfigEvent {}

  /**
   * The source has been silent for longer than the document's limit. Told once, until it is heard
   * again.
   *
   * @param age how long ago it was heard last; empty if never since the start
   * @param limit the limit
   * @param localRoles the roles of this host that send every call to the local side from now on
   */
  record Stale(Optional<Duration> age, Duration limit, List<String> localRoles)
      implements ConfigEvent {
    /** Copies the list. */
    public Stale {
      localRoles = List.copyOf(localRoles);
    }
  }

  /**
   * After {@link Stale}, the source was heard again.
   *
   * @param origin the version in force
   * @param roles its roles that would go local at the next silence, and now do what they say again
   */
  record Confirmed(String origin, List<String> roles) implements ConfigEvent {
    /** Copies the list. */
    public Confirmed {
      roles = List.copyOf(roles);
    }
  }
}
