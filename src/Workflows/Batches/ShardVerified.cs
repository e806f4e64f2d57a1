using Understudy.Workflows.Leads;

namespace Understudy.Workflows.Batches;

/// <summary>A shard after the lead was asked.</summary>
/// <param name="Deferred">Records that it was asked about.</param>
internal sealed record ShardVerified(int Deferred, int Away, TimeSpan Patience) : LeadOutcome(Away, Patience);
