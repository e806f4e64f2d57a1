using Understudy.Inference.Pipelines;

namespace Understudy.Inference.Leads;

/// <summary>What a lead said of one item, or why it said nothing.</summary>
/// <param name="Vote">Null when it failed.</param>
/// <param name="Failure">Null when it voted.</param>
/// <param name="Explanation">Its own words; null where it gave none.</param>
/// <param name="Price">What failing cost, in the currency of the task's budget; null where nothing was to pay.</param>
internal readonly record struct LeadRuling(TierVote? Vote, Exception? Failure = null, string? Explanation = null, decimal? Price = null);
