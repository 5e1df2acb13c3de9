package io.gitalyrouter.history;

import io.gitalyrouter.history.ObservedCall.Kind;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a caller asks, and the one right answer. <em>Immutable.</em>
 *
 * @param method the RPC
 * @param kind how often it may run
 * @param change the reference that it sets, as a history has it; empty if it only reads
 * @param requests what is sent
 * @param right whether the messages received are the whole answer
 * @param <Q> its request type
 * @param <P> its response type
 */
record Question<Q, P>(
    MethodDescriptor<Q, P> method,
    Kind kind,
    String change,
    List<Q> requests,
    Predicate<List<P>> right) {
  /** Copies the list. */
  Question {
    requests = List.copyOf(requests);
  }

  static <Q, P> Question<Q, P> reading(
      MethodDescriptor<Q, P> method, Q request, Predicate<P> right) {
    return new Question<>(
        method,
        Kind.REPLAYABLE,
        "",
        List.of(request),
        answer -> answer.size() == 1 && right.test(answer.get(0)));
  }
}
