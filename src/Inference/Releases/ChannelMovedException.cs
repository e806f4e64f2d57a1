namespace Understudy.Inference.Releases;

/// <summary>A channel was moved by somebody else between looking at it and moving it.</summary>
public sealed class ChannelMovedException(string task, string channel, string? version)
    : Exception($"The channel '{channel}' of task '{task}' was moved by somebody else meanwhile, to {(version is null ? "no release" : $"'{version}'")}. Look at the releases and decide again.");
