using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;

namespace Understudy.Workflows.Leads;

/// <summary>What a step that asks the lead reports.</summary>
/// <param name="Away">Inputs that stay open: they found the lead away, and the task waits for it, or no student can answer them either.</param>
/// <param name="Patience">How long the task waits for it in all.</param>
/// <param name="Failure">Why one of them has no answer, where nobody is to be waited for; null otherwise.</param>
/// <param name="Heard">Inputs that the lead answered in this step.</param>
internal abstract record LeadOutcome(int Away, TimeSpan Patience, string? Failure, int Heard)
{
    /// <summary>Why the first of the items that stay open, and that no student can answer, has no answer; null when there is none.</summary>
    public static string? Failed(IReadOnlyList<PipelineItem> items) => Reason(items, items.FirstOrDefault(item => item.Unanswered is not null && JointInference.AwaitsLead(item)));

    /// <summary>A program of before, which has begun the run, knows of no inputs without an answer: its step fails, as it did there.</summary>
    /// <exception cref="LeadAwayException">There is one.</exception>
    public static void ThrowIfUnanswered(IReadOnlyList<PipelineItem> items)
    {
        if (Reason(items, items.FirstOrDefault(item => item.Unanswered is not null)) is { } reason)
        {
            throw new LeadAwayException(reason, TimeSpan.Zero);
        }
    }

    private static string? Reason(IReadOnlyList<PipelineItem> items, PipelineItem? item) => items.Count == 1 || item is null ? item?.Unanswered : $"Input '{item.Id}': {item.Unanswered}";
}
