package io.gitalyrouter.config.compare;

import io.gitalyrouter.timing.TimingMark;

/**
 * A mark and the host whose log has it. <em>Immutable.</em>
 *
 * @param host the worker host
 * @param mark what happened there
 */
public record HostMark(String host, TimingMark mark) {}
