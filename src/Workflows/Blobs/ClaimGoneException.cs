namespace Understudy.Workflows.Blobs;

/// <summary>What a claim stands for is gone: blobs of <c>work</c> are kept for some time only.</summary>
/// <param name="blob">With its container.</param>
public sealed class ClaimGoneException(string blob, Exception inner) : Exception($"What the run left in blob '{blob}' is no longer kept.", inner);
