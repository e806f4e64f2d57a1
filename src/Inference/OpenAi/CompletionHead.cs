namespace Understudy.Inference.OpenAi;

/// <summary>What stands at the head of every piece of one answer.</summary>
/// <param name="Created">Seconds since 1970.</param>
public sealed record CompletionHead(string Id, long Created, string Model);
