using Understudy.Inference.Pipelines;

namespace Understudy.Inference.Leads;

/// <summary>What a lead said of one item, or why it said nothing.</summary>
/// <param name="Vote">Null when it failed.</param>
/// <param name="Failure">Null when it voted.</param>
/// <param name="Explanation">Its own words; null where it gave none.</param>
internal readonly record struct LeadRuling(TierVote? Vote, Exception? Failure = null, string? Explanation = null);
