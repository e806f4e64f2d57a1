namespace Understudy.Workflows.Rollouts;

/// <summary>A few sites of a rollout, for one step.</summary>
/// <param name="Since">The rollout's number, which is when it began unless the clock was set back: a pointer to the package that is younger is its own.</param>
/// <param name="Sequences">To point them back: of the pointers that the rollout gave them, where it knows; null from a program of before, and where they are not to be pointed back.</param>
internal sealed record RolloutGroup(
    string Task, string Version, string Package, DateTimeOffset Since, IReadOnlyList<string> Sites, IReadOnlyDictionary<string, long?>? Sequences = null);
