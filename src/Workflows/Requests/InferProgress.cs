namespace Understudy.Workflows.Requests;

/// <summary>Where an <c>infer</c> workflow stands.</summary>
/// <param name="Stage"><c>compress</c>, <c>cascade</c>, <c>verify</c> or <c>stack</c>.</param>
/// <param name="LeadAskedAt">When a lead that is away is asked again; null when nothing waits for it.</param>
public sealed record InferProgress(string Stage, DateTimeOffset? LeadAskedAt = null);
