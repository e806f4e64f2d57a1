using Understudy.Inference.Tasks;

namespace Understudy.Inference.Releases;

/// <summary>Where releases that serve come from: a models folder, or what reached a site. Thread-safe.</summary>
public interface IReleaseSource
{
    /// <summary>The right to use a release until the lease is disposed.</summary>
    /// <param name="task">Its task.</param>
    /// <param name="version">Or <see langword="null"/> for the one that serves.</param>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="ReleaseNotFoundException">There is no such release, or none serves.</exception>
    /// <exception cref="ReleaseInvalidException">It cannot serve.</exception>
    ReleaseLease Acquire(string task, string? version = null);
}
