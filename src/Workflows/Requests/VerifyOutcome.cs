using Understudy.Inference.Pipelines;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Leads;

namespace Understudy.Workflows.Requests;

/// <summary>The inputs of a request after the lead was asked.</summary>
/// <param name="Refusal">Why one has no answer, which the lead does not take and no student can answer; null when there is none.</param>
internal sealed record VerifyOutcome(Claim<IReadOnlyList<PipelineItem>> Items, int Away, TimeSpan Patience, string? Failure = null, int Heard = 0, string? Refusal = null)
    : LeadOutcome(Away, Patience, Failure, Heard);
