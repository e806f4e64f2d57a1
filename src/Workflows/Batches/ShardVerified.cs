using Understudy.Workflows.Leads;

namespace Understudy.Workflows.Batches;

/// <summary>A shard after the lead was asked.</summary>
internal sealed record ShardVerified(int Away, TimeSpan Patience, string? Failure = null, int Heard = 0) : LeadOutcome(Away, Patience, Failure, Heard);
