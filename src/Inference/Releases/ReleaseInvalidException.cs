namespace Understudy.Inference.Releases;

/// <summary>A release cannot be used; <see cref="Problems"/> lists everything that is wrong with it.</summary>
public sealed class ReleaseInvalidException(string folder, IReadOnlyList<string> problems)
    : Exception($"The release in '{folder}' has {problems.Count} problem(s):\n- {string.Join("\n- ", problems)}")
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
