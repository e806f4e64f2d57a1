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
    public static string? Failed(IReadOnlyList<PipelineItem> items)
    {
        var item = items.FirstOrDefault(item => item.Unanswered is not null && JointInference.AwaitsLead(item));
        return items.Count == 1 || item is null ? item?.Unanswered : $"Input '{item.Id}': {item.Unanswered}";
    }
}
