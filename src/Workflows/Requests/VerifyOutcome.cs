using Understudy.Inference.Pipelines;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Leads;

namespace Understudy.Workflows.Requests;

/// <summary>The inputs of a request after the lead was asked.</summary>
internal sealed record VerifyOutcome(Claim<IReadOnlyList<PipelineItem>> Items, int Away, TimeSpan Patience) : LeadOutcome(Away, Patience);
