namespace Understudy.Workflows.Requests;

/// <summary>Where an <c>infer</c> workflow stands.</summary>
/// <param name="Stage"><c>compress</c>, <c>cascade</c>, <c>verify</c> or <c>stack</c>.</param>
public sealed record InferProgress(string Stage);
