package io.gitalyrouter.config.compare;

import java.util.Optional;

/**
 * One number that a guard watches. <em>Immutable.</em>
 *
 * @param name what
 * @param evidence the wealth of the bet against "no worse", at its highest; an objection from the
 *     inverse of the signal's part of alpha on
 * @param objection what was seen when the evidence was enough, and more than the margin; empty if
 *     it never was
 */
public record GuardSignal(String name, double evidence, Optional<String> objection) {}
