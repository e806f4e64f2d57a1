namespace Understudy.Inference.Releases.Sharing;

/// <summary>The releases that machines share cannot be reached now: the message says why.</summary>
public sealed class ReleasesAwayException(string reason, Exception? inner = null)
    : IOException($"The shared releases cannot be reached: {reason.TrimEnd('.')}. What serves goes on serving; try again when the storage is back.", inner);
