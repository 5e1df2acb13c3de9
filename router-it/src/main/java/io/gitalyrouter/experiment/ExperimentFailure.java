package io.gitalyrouter.experiment;

/** The experiment cannot go on, so there is no verdict. <em>Immutable.</em> */
final class ExperimentFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExperimentFailure(String message) {
    super(message);
  }

  ExperimentFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
