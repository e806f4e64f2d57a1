using Understudy.Inference.Pipelines;

namespace Understudy.Workflows.Leads;

/// <summary>What a step that asks the lead reports.</summary>
/// <param name="Away">Inputs that stay open: they found the lead away, and the task waits for it, or no student can answer them either; or the step's time was over before their turn.</param>
/// <param name="Patience">How long the task waits for it in all.</param>
/// <param name="Failure">Why one of them has no answer, where nobody is to be waited for; null otherwise.</param>
/// <param name="Heard">Inputs that the lead answered or refused in this step: it is there.</param>
internal abstract record LeadOutcome(int Away, TimeSpan Patience, string? Failure, int Heard)
{
    /// <summary>Why the first of the items that stay open, and that no student can answer, has no answer; null when there is none, or others have yet to be asked about.</summary>
    public static string? Failed(IReadOnlyList<PipelineItem> items)
    {
        var open = items.Where(JointInference.AwaitsLead).ToList();
        return open.Count == 0 || open.Exists(item => item.Unanswered is null) ? null
            : items.Count == 1 ? open[0].Unanswered : $"Input '{open[0].Id}': {open[0].Unanswered}";
    }
}
