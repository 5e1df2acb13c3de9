package io.gitalyrouter.config.compare;

/**
 * How often something happens in each arm. <em>Immutable.</em>
 *
 * @param name what
 * @param localCount in the local arm
 * @param localCalls calls in the local arm
 * @param networkCount in the network arm
 * @param networkCalls calls in the network arm
 * @param difference the network arm's share minus the local arm's
 */
public record RateEffect(
    String name,
    long localCount,
    long localCalls,
    long networkCount,
    long networkCalls,
    Interval difference) {}
