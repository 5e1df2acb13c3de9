package io.gitalyrouter.history;

import io.gitalyrouter.standin.StandInControl;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;

/**
 * What can happen to a router's network side. Each fault shows its effect before it ends, and
 * leaves the servers healthy. <em>Immutable.</em>
 */
enum FaultKind {
  /** The server dies without a warning, and is started again. */
  KILLED {
    @Override
    void strike(Stage stage) throws IOException {
      stage.network().kill();
      stage.calls(50);
      stage.network().restart();
    }
  },
  /** The server is restarted in the orderly way. */
  RESTARTED {
    @Override
    void strike(Stage stage) throws IOException {
      stage.network().restart();
    }
  },
  /** The server is there, and does nothing: a black hole. */
  FROZEN {
    @Override
    void strike(Stage stage) throws IOException {
      stage.network().freeze();
      try {
        stage.left();
        stage.calls(50);
      } finally {
        stage.network().thaw();
      }
    }
  },
  /** The server answers some calls with UNAVAILABLE, too few to trip the breaker. */
  SOMETIMES_UNAVAILABLE {
    @Override
    void strike(Stage stage) {
      stage.answer(Status.Code.UNAVAILABLE, StandInControl.ALL_METHODS, 0.3, 30);
    }
  },
  /** The server sheds load. */
  OVERLOADED {
    @Override
    void strike(Stage stage) {
      stage.answer(Status.Code.RESOURCE_EXHAUSTED, StandInControl.ALL_METHODS, 0.7, 20);
    }
  },
  /** The server takes the token for wrong. */
  TOKEN_REFUSED {
    @Override
    void strike(Stage stage) {
      stage.answer(Status.Code.UNAUTHENTICATED, "gitaly.R*", 0.5, 3);
    }
  },
  /** The server refuses mutations for their token: they may move all the same. */
  MUTATION_TOKEN_REFUSED {
    @Override
    void strike(Stage stage) {
      stage.answer(Status.Code.UNAUTHENTICATED, WRITE_REF, 1, 1);
    }
  },
  /** The server is of a version that lacks a method. */
  METHOD_MISSING {
    @Override
    void strike(Stage stage) {
      stage.control().disable(REF_EXISTS);
      stage.struckThenCleared(1);
      // A role that comes back asks the server anew; otherwise the method stays local for some
      // seconds.
      stage.site().route(0);
      stage.site().route(100);
    }
  },
  /** One method is slow. */
  SLOW {
    @Override
    void strike(Stage stage) {
      stage.control().delay(REF_EXISTS, Duration.ofMillis(200));
      stage.struckThenCleared(20);
    }
  },
  /** One method never answers: its calls have only a share of their time. */
  HUNG {
    @Override
    void strike(Stage stage) {
      stage.control().hang(OBJECT_FORMAT);
      stage.struckThenCleared(3);
      stage.calls(50);
    }
  },
  /** Mutations are carried out, and their answers lost. */
  MUTATION_ANSWER_LOST {
    @Override
    void strike(Stage stage) {
      stage.control().executeThenFail(WRITE_REF, Status.UNAVAILABLE.withDescription("planted"));
      stage.struckThenCleared(2);
    }
  },
  /** Answers are lost after the work was done. */
  ANSWER_LOST {
    @Override
    void strike(Stage stage) {
      stage.control().executeThenFail(REF_EXISTS, Status.UNAVAILABLE.withDescription("planted"));
      stage.struckThenCleared(10);
    }
  },
  /** Streams break in the middle. */
  STREAM_BROKEN {
    @Override
    void strike(Stage stage) {
      stage.control().breakAfter(LIST_REFS, 1, Status.UNAVAILABLE.withDescription("planted"));
      stage.struckThenCleared(2);
    }
  },
  /** The server closes its connections and its socket, without a word. */
  REFUSING {
    @Override
    void strike(Stage stage) {
      stage.control().refuse(/* graceful= */ false);
      stage.calls(50);
      stage.control().accept();
    }
  },
  /** The server says good-bye to its connections, and closes its socket. */
  GOING_AWAY {
    @Override
    void strike(Stage stage) {
      stage.control().refuse(/* graceful= */ true);
      stage.calls(50);
      stage.control().accept();
    }
  },
  /** The role is switched off while the server is sick. */
  TOGGLED_WHILE_SICK {
    @Override
    void strike(Stage stage) {
      stage
          .control()
          .addFault(
              Stage.answering(
                  Status.Code.UNAVAILABLE, StandInControl.ALL_METHODS, /* share */ 0.3));
      stage.calls(50);
      stage.quietly(
          name(),
          Server.NETWORK,
          () -> stage.site().route(0),
          stage::networkDrained,
          () -> stage.site().route(100),
          /* counted= */ true);
      stage.control().clearFaults();
    }
  },
  /** The kill switch is used while the server is a black hole. */
  FORCED_LOCAL_WHILE_FROZEN {
    @Override
    void strike(Stage stage) throws IOException {
      stage.network().freeze();
      try {
        stage.calls(10);
        stage.quietly(
            name(),
            Server.NETWORK,
            () -> stage.site().router().forceLocal("frozen"),
            stage::networkDrained,
            () -> stage.site().router().resume(),
            /* counted= */ false);
      } finally {
        stage.network().thaw();
      }
    }
  },
  /** The share of calls changes while answers are slow. */
  PERCENT_CHANGED {
    @Override
    void strike(Stage stage) {
      stage.control().delay(REF_EXISTS, Duration.ofMillis(50));
      for (double percent : new double[] {50, 10, 75}) {
        stage.site().route(percent);
        stage.calls(50);
      }
      stage.control().clearFaults();
      stage.site().route(100);
    }
  },
  /** Another local server takes over while calls move to the local side. */
  LOCAL_REPLACED_WHILE_SICK {
    @Override
    void strike(Stage stage) {
      stage
          .control()
          .addFault(
              Stage.answering(
                  Status.Code.UNAVAILABLE, StandInControl.ALL_METHODS, /* share */ 0.3));
      stage.quietly(
          name(),
          Server.LOCAL,
          () -> stage.site().routeOverSpare(50),
          stage::localDrained,
          () -> stage.site().route(100),
          /* counted= */ true);
      stage.control().clearFaults();
    }
  },
  /** The local server itself fails some calls. */
  LOCAL_SICK {
    @Override
    void strike(Stage stage) {
      stage.site().route(50);
      stage.answerOn(
          stage.site().local(), Status.Code.INTERNAL, StandInControl.ALL_METHODS, 0.1, 5);
      stage.site().route(100);
    }
  };

  private static final String REF_EXISTS = "gitaly.RefService/RefExists";
  private static final String LIST_REFS = "gitaly.RefService/ListRefs";
  private static final String OBJECT_FORMAT = "gitaly.RepositoryService/ObjectFormat";
  private static final String WRITE_REF = "gitaly.RepositoryService/WriteRef";

  /** Makes it happen, and waits until it is over; the router may still be recovering. */
  abstract void strike(Stage stage) throws IOException;
}
