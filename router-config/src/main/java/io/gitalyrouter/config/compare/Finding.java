package io.gitalyrouter.config.compare;

/**
 * What one guard of the verdict says. <em>Immutable.</em>
 *
 * @param what the guarded number
 * @param verdict what it says
 * @param why the numbers
 */
public record Finding(String what, Verdict verdict, String why) {}
