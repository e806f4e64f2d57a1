using System.Collections.Concurrent;

namespace Understudy.Inference.Leads.Prompts;

/// <summary>A release's solved examples, and what its students made of those that were shown so far. Thread-safe.</summary>
internal sealed class SolvedExamples(DemonstrationPool pool)
{
    public DemonstrationPool Pool { get; } = pool;

    /// <summary>By student and position in the pool.</summary>
    public ConcurrentDictionary<(string Student, int Example), StudentReceipt> Receipts { get; } = new();
}
